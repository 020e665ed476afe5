module.exports = function routes(app, addon) {
  app.post('/uninstalled', addon.authenticate(), async (req, res) => {
    await addon.settings.del('clientInfo', req.body.clientKey);
    res.sendStatus(204);
  });

  app.get('/tenants/:clientKey', async (req, res) => {
    const tenant = await addon.settings.get('clientInfo', req.params.clientKey);
    res.sendStatus(tenant ? 200 : 404);
  });
};
