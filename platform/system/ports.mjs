import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

import { Failure } from './failure.mjs';

// Below the range from which systems take the local ports of outgoing connections (32768 and up): an engine that is
// being restarted must find its port free, though its clients keep dialling it (and could even meet themselves there).
const FIRST = 20_000;
const LAST = 29_999;

/** @type {Set<number>} */
const handedOut = new Set();

/**
 * A port of 127.0.0.1 that is free now and was not handed out before by this process.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(FIRST, LAST + 1);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Failure(`No free port between ${FIRST} and ${LAST} was found in 200 attempts.`, [
    'End what occupies them and start again.',
  ]);
}

/**
 * @param {number} port on 127.0.0.1
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else if (error.code === 'EACCES')
        reject(
          new Failure(`Port ${port} needs privileges that this user does not have.`, [
            'Take another one: npm start -- --port 4000',
          ]),
        );
      else reject(error);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Who listens on a port, where that is cheaply known (Linux, own processes).
 * @param {number} port
 * @returns {string | undefined} for example "node server.js, pid 4711"
 */
export function portOwner(port) {
  try {
    const socket = `socket:[${listeningInode(port)}]`;
    const pid = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .find((entry) => openFiles(entry).includes(socket));
    if (pid === undefined) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return `${command.slice(0, 100)}, pid ${pid}`;
  } catch {
    return undefined;
  }
}

/** @param {number} port */
function listeningInode(port) {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      // proc_net(5): slot, local address:port, remote, state (0A listens), …, inode as the tenth column
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(`:${hexPort}`) && columns[3] === '0A') return columns[9];
    }
  }
  return undefined;
}

/**
 * @param {string} pid
 * @returns {string[]}
 */
function openFiles(pid) {
  const folder = `/proc/${pid}/fd`;
  return entriesOf(folder).map((descriptor) => {
    try {
      return readlinkSync(`${folder}/${descriptor}`);
    } catch {
      return '';
    }
  });
}

/** @param {string} folder of a process that may end meanwhile or belong to somebody else */
function entriesOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
