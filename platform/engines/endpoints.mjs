/**
 * Reads "host:port,host:port".
 * @param {string} list
 * @param {number} defaultPort
 * @returns {import('./recipe.mjs').Endpoint[]}
 */
export function hostList(list, defaultPort) {
  return list.split(',').map((entry) => {
    const match = /^(?<host>\[[\da-fA-F:]+\]|[^\s:/@[\]]+)(?::(?<port>\d{1,5}))?$/.exec(entry.trim());
    const port = Number(match?.groups?.['port'] ?? defaultPort);
    if (!match?.groups?.['host'] || port < 1 || port > 65_535)
      throw new Error('it is not a list of host:port');
    return { host: match.groups['host'].replace(/^\[|\]$/g, ''), port };
  });
}

/**
 * Reads the hosts of a URL: "scheme://user:password@host:port,host:port/path".
 * @param {string} url
 * @param {Record<string, number>} schemes with their default ports
 * @returns {import('./recipe.mjs').Endpoint[]}
 */
export function urlHosts(url, schemes) {
  const match = /^(?<scheme>[a-z+]+):\/\/(?:[^@/]*@)?(?<hosts>[^/?#]+)/.exec(url);
  const defaultPort = schemes[match?.groups?.['scheme'] ?? ''];
  if (!match?.groups?.['hosts'] || defaultPort === undefined) {
    throw new Error(
      `it does not begin with ${Object.keys(schemes)
        .map((scheme) => `${scheme}://host`)
        .join(' or ')}`,
    );
  }
  return hostList(match.groups['hosts'], defaultPort);
}

/**
 * @param {string} address a URL or a host list
 * @returns {string} without user name, password and query, to be shown
 */
export function withoutCredentials(address) {
  return address.replace(/:\/\/[^@/]*@/, '://').replace(/\?.*$/, '');
}
