// Preloaded into apps that were not written to be run here: the key host that they name, the port that they listen on
// and the databases that they keep tenants in are on the loopback or in memory, and no other host can be reached.
'use strict';

const dns = require('node:dns');
const http = require('node:http');
const https = require('node:https');
const Module = require('node:module');
const net = require('node:net');

const KEY_HOST = 'connect-install-keys.atlassian.com';
// without this, a key host that cannot be pointed elsewhere
const keys = process.env.KEY_HOST_IS_FIXED ? undefined : new URL(process.env.CONNECT_KEYS_CDN_URL);

const lookup = dns.lookup;
dns.lookup = (name, ...rest) => {
  if (name === 'localhost' || net.isIP(name)) return lookup(name, ...rest);
  return rest.at(-1)(new Error(`${name} is out of reach`));
};

if (keys) {
  const elsewhere = (address) => String(address).replace(`https://${KEY_HOST}`, keys.origin);
  const fetched = globalThis.fetch;
  globalThis.fetch = (address, options) => fetched(elsewhere(address), options);

  const request = https.request;
  https.request = (target, ...rest) => {
    if (typeof target === 'object' && !(target instanceof URL) && (target.hostname ?? target.host) === KEY_HOST) {
      const { agent, ...options } = target;
      return http.request({ ...options, protocol: 'http:', host: undefined, hostname: keys.hostname, port: keys.port }, ...rest);
    }
    const moved = elsewhere(target.href ?? target);
    return moved.startsWith('http:') ? http.request(moved, ...rest) : request(target, ...rest);
  };
}

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...options) {
  return listen.call(this, { port: Number(process.env.PORT), host: '127.0.0.1' }, options.find((option) => typeof option === 'function'));
};

/** One collection or table, whatever its name. */
const records = new Map();

const STAND_INS = {
  mongodb: {
    MongoClient: class {
      db() {
        return { collection: () => this };
      }
      async replaceOne({ clientKey }, tenant) {
        records.set(clientKey, tenant);
      }
      async findOne({ clientKey }) {
        return records.get(clientKey) ?? null;
      }
      async deleteOne({ clientKey }) {
        records.delete(clientKey);
      }
    },
  },
  sqlite3: {
    Database: class {
      run(sql, [clientKey, ...values] = [], done = () => {}) {
        if (sql.startsWith('INSERT')) records.set(clientKey, { clientKey, sharedSecret: values[0], baseUrl: values[1] });
        if (sql.startsWith('DELETE')) records.delete(clientKey);
        setImmediate(done, null);
      }
      get(sql, [clientKey], done) {
        setImmediate(done, null, records.get(clientKey));
      }
    },
  },
  dotenv: { config: () => ({}) },
};

const load = Module._load;
Module._load = function (name, ...rest) {
  if (STAND_INS[name]) return STAND_INS[name];
  const loaded = load.call(this, name, ...rest);
  if (name === 'atlassian-connect-express') {
    for (const adapter of ['memory', 'sequelize']) loaded.store.register(adapter, require('./app/memory'));
  }
  return loaded;
};
