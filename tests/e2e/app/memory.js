// Keeps tenants for as long as the process runs.
module.exports = function memory() {
  const tenants = new Map();
  const key = (name, clientKey) => `${clientKey}:${name}`;
  return {
    get: async (name, clientKey) => tenants.get(key(name, clientKey)) ?? null,
    set: async (name, value, clientKey) => {
      tenants.set(key(name, clientKey), value);
      return value;
    },
    del: async (name, clientKey) => {
      tenants.delete(key(name, clientKey));
    },
    isMemoryStore: () => true,
  };
};
