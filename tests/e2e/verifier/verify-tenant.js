const jwt = require('jsonwebtoken');
const { createQueryStringHash, fromExpressRequest } = require('atlassian-jwt');
const tenants = require('./tenants');

/** Lets through what is signed with the secret of a tenant: everything but its installation and its end. */
module.exports = function verifyTenant(req, res, next) {
  try {
    const token = req.headers.authorization.slice('JWT '.length);
    const tenant = tenants.find(jwt.decode(token).iss);
    const claims = jwt.verify(token, tenant.sharedSecret, { algorithms: ['HS256'] });
    const hash = createQueryStringHash(fromExpressRequest(req), false, process.env.AC_LOCAL_BASE_URL);
    if (claims.qsh !== hash) return res.sendStatus(401);
    req.tenant = tenant;
    next();
  } catch {
    res.sendStatus(401);
  }
};
