module.exports = function routes(app, addon) {
  app.post('/uninstalled', addon.authenticate(), async (req, res) => {
    await addon.settings.del('clientInfo', req.body.clientKey);
    res.sendStatus(204);
  });
};
