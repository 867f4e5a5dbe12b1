import { createServer } from 'node:net'

/** A host and port to listen at. */
export interface Address {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

const REASONS: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} of ${host} is in use (EADDRINUSE): set PORT to another, or end what listens there`,
  EACCES: ({ host, port }) =>
    `port ${port} of ${host} may not be used by this user (EACCES): set PORT to one from 1024`,
  EADDRNOTAVAIL: ({ host }) =>
    `${host} is no address of this machine (EADDRNOTAVAIL): set HOST to one that is, or to 0.0.0.0`,
  ENOTFOUND: ({ host }) => `${host} is not known (ENOTFOUND): set HOST to an address or a name of this machine`,
}

/** Says in words why an address can't be listened on. Other errors stay as they are. */
export function describeListenError (error: Error & { readonly code?: string }, address: Address): Error {
  const reason = REASONS[error.code ?? '']?.(address)
  return reason === undefined ? error : new Error(reason, { cause: error })
}

/**
 * Binds an address and lets it go again, so that what can't be listened on is known before models are loaded for
 * seconds or minutes.
 * @throws Error with the reason in words
 */
export async function checkAddress (address: Address): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(address.port, address.host, resolve))
    .catch((error: Error) => { throw describeListenError(error, address) })
  await new Promise(resolve => server.close(resolve))
}
