/** Asks engines over plain TCP whether they are ready: it must work before any package is installed. */
import { connect } from 'node:net';

const LIMIT_MS = 2_000;

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>} whether the port takes connections
 */
export function accepts(host, port) {
  return exchange({ host, port });
}

/** @param {number} port */
export function redisAnswers(port) {
  // While it loads its append-only file it answers "-LOADING".
  return exchange({
    port,
    question: Buffer.from('PING\r\n'),
    isYes: (answer) => answer.toString().startsWith('+PONG'),
  });
}

/**
 * OP_MSG (2013) with {hello: 1, $db: 'admin'}: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 * @param {number} port
 */
export function mongodbAnswers(port) {
  const document = bsonDocument([bsonInt32('hello', 1), bsonString('$db', 'admin')]);
  const header = Buffer.alloc(21);
  header.writeInt32LE(header.length + document.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(2013, 12);
  const yes = Buffer.concat([Buffer.from([0x08]), Buffer.from('isWritablePrimary\0'), Buffer.from([1])]);
  return exchange({
    port,
    question: Buffer.concat([header, document]),
    isYes: (answer) => answer.includes(yes),
  });
}

/**
 * Metadata (3) version 1 for no topic: https://kafka.apache.org/protocol#The_Messages_Metadata
 * A broker lists itself only once the controller has let it in; before that its port is open already.
 * @param {number} port
 */
export function kafkaAnswers(port) {
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(3, 4);
  request.writeInt16BE(1, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt32BE(0, 14);
  const brokerCountAt = 8;
  return exchange({
    port,
    question: request,
    isYes: (answer) => answer.length >= brokerCountAt + 4 && answer.readInt32BE(brokerCountAt) > 0,
  });
}

/**
 * Connects, asks, and reads until the answer is a yes.
 * @param {{ host?: string, port: number, question?: Buffer, isYes?: (answer: Buffer) => boolean }} options
 * @returns {Promise<boolean>} false on refusal, on another answer and after 2 s
 */
function exchange({ host = '127.0.0.1', port, question, isYes }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = Buffer.alloc(0);
    /** @param {boolean} result */
    const finish = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(LIMIT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => (question ? socket.write(question) : finish(true)));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (isYes?.(answer)) finish(true);
    });
  });
}

/** @param {Buffer[]} elements */
function bsonDocument(elements) {
  const body = Buffer.concat(elements);
  const length = Buffer.alloc(4);
  length.writeInt32LE(4 + body.length + 1);
  return Buffer.concat([length, body, Buffer.from([0])]);
}

/**
 * @param {string} name
 * @param {number} value
 */
function bsonInt32(name, value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return Buffer.concat([Buffer.from([0x10]), Buffer.from(`${name}\0`), bytes]);
}

/**
 * @param {string} name
 * @param {string} value
 */
function bsonString(name, value) {
  const bytes = Buffer.from(`${value}\0`);
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length);
  return Buffer.concat([Buffer.from([0x02]), Buffer.from(`${name}\0`), length, bytes]);
}
