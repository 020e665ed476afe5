const jwt = require('jsonwebtoken');
const { createQueryStringHash, fromExpressRequest } = require('atlassian-jwt');

const keyHost = process.env.CONNECT_KEYS_CDN_URL || 'https://connect-install-keys.atlassian.com';
const baseUrl = process.env.AC_LOCAL_BASE_URL;

async function publicKey(keyId) {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(keyId)) throw new Error('this is no key id');
  const response = await fetch(`${keyHost}/${keyId}`);
  if (!response.ok) throw new Error(`no key ${keyId}`);
  return response.text();
}

/** Lets through what Atlassian signed for this app, this request and this tenant. */
module.exports = async function verifyCallback(req, res, next) {
  try {
    const token = req.headers.authorization.slice('JWT '.length);
    const { header } = jwt.decode(token, { complete: true });
    if (header.alg !== 'RS256') return res.sendStatus(401);
    const claims = jwt.verify(token, await publicKey(header.kid), { algorithms: ['RS256'] });
    if (claims.iss !== req.body.clientKey) return res.sendStatus(401);
    if (![].concat(claims.aud).includes(baseUrl)) return res.sendStatus(401);
    if (!(claims.exp > Date.now() / 1000)) return res.sendStatus(401);
    if (claims.qsh !== createQueryStringHash(fromExpressRequest(req), false, baseUrl)) return res.sendStatus(401);
    next();
  } catch {
    res.sendStatus(401);
  }
};
