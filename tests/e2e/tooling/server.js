const express = require('express');
const {
  composeAtlassianConnectInstallationMiddleware,
  composeAtlassianRequestAuthenticationMiddleware,
} = require('@seibert/atlassian-connect-tooling');

const baseUrl = process.env.AC_LOCAL_BASE_URL;
const tenants = new Map();

const signedByAtlassian = composeAtlassianConnectInstallationMiddleware({ baseUrl });
const signedByTenant = composeAtlassianRequestAuthenticationMiddleware({
  baseUrl,
  fetchTenantByClientKey: async (clientKey) => tenants.get(clientKey) ?? null,
});

const app = express();
app.use(express.json());

app.post('/installed', signedByAtlassian, (req, res) => {
  tenants.set(req.body.clientKey, req.body);
  res.sendStatus(204);
});

app.post('/uninstalled', signedByAtlassian, (req, res) => {
  tenants.delete(req.body.clientKey);
  res.sendStatus(204);
});

app.post('/enabled', signedByTenant, (req, res) => {
  res.sendStatus(204);
});

app.post('/disabled', signedByTenant, (req, res) => {
  res.sendStatus(204);
});

app.listen(process.env.PORT, '127.0.0.1');
