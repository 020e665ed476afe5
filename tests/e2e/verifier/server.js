const { readFileSync } = require('node:fs');
const express = require('express');
const tenants = require('./tenants');
const verifyCallback = require('./verify-callback');
const verifyTenant = require('./verify-tenant');

const descriptor = readFileSync('atlassian-connect.json', 'utf8');
const app = express();
app.use(express.json());

app.get('/atlassian-connect.json', (req, res) => {
  res.type('json').send(descriptor.replace('{{localBaseUrl}}', process.env.AC_LOCAL_BASE_URL));
});

app.post('/installed', verifyCallback, (req, res) => {
  tenants.save(req.body);
  res.sendStatus(204);
});

app.post('/uninstalled', verifyCallback, (req, res) => {
  tenants.remove(req.body.clientKey);
  res.sendStatus(204);
});

app.post('/enabled', verifyTenant, (req, res) => {
  tenants.mark(req.tenant.clientKey, true);
  res.sendStatus(204);
});

app.post('/disabled', verifyTenant, (req, res) => {
  tenants.mark(req.tenant.clientKey, false);
  res.sendStatus(204);
});

app.listen(process.env.PORT, '127.0.0.1');
