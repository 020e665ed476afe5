// Keeps tenants for as long as the process runs.
module.exports = function memory() {
  const tenants = new Map();
  const key = (name, clientKey) => `${clientKey}:${name}`;
  const store = {
    get: async (name, clientKey) => tenants.get(key(name, clientKey)) ?? null,
    set: async (name, value, clientKey) => {
      tenants.set(key(name, clientKey), value);
      return value;
    },
    del: async (name, clientKey) => {
      tenants.delete(key(name, clientKey));
    },
    // how releases from 8.6.0 on store an installation
    saveInstallation: (value, clientKey) => store.set('clientInfo', value, clientKey),
    isMemoryStore: () => true,
  };
  return store;
};
