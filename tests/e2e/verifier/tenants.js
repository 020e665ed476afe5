const records = new Map();

exports.save = ({ clientKey, sharedSecret, baseUrl }) => records.set(clientKey, { clientKey, sharedSecret, baseUrl });
exports.find = (clientKey) => records.get(clientKey);
exports.remove = (clientKey) => records.delete(clientKey);

/** A tenant that is gone stays gone. */
exports.mark = (clientKey, enabled) => {
  const tenant = records.get(clientKey);
  if (tenant) tenant.enabled = enabled;
};
