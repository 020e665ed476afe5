const express = require('express');
const ace = require('atlassian-connect-express');
const memory = require('./memory');

ace.store.register('memory', memory);

const app = express();
const addon = ace(app);

app.use(express.json());
app.use(addon.middleware());
require('./routes')(app, addon);

app.listen(process.env.PORT, '127.0.0.1');
