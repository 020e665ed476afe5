module.exports = function routes(app, addon) {
  app.post('/uninstalled', addon.authenticateInstall(), async (req, res) => {
    await addon.settings.del('clientInfo', req.body.clientKey);
    res.sendStatus(204);
  });

  app.post('/enabled', addon.authenticate(), async (req, res) => {
    await addon.settings.set('enabled', true, req.context.clientKey);
    res.sendStatus(204);
  });

  app.post('/disabled', addon.authenticate(), async (req, res) => {
    await addon.settings.set('enabled', false, req.context.clientKey);
    res.sendStatus(204);
  });
};
