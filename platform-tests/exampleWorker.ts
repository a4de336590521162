/**
 * For the tests of the Worker: it and what it calls, in the real `workerd` and on this machine.
 *
 * @module
 */
import { type Changes, type Running, start, workerIn } from "./workerd.ts"

const folder = new URL("../examples/worker/", import.meta.url)

/** The Worker with the simulator beside it, as `wrangler dev` shows them. */
export const startBoth = async (changes: Changes = {}): Promise<Running> =>
  await start([await workerIn(folder, changes), await workerIn(new URL("simulator/", folder))])

/** The Worker with a server on this machine in Seam's place, and all the time in the world. */
export const startBefore = async (port: number): Promise<Running> => {
  const vars = { SEAM_ENDPOINT: `http://127.0.0.1:${port}`, SEAM_TIMEOUT: "1 hour" }
  return await start([await workerIn(folder, { services: false, vars })])
}

/** The path and query that ask for a user's sessions. */
export const pathOf = (user: string): string => `/sessions?user_identifier_key=${encodeURIComponent(user)}`

/** How to ask for the list at once. */
export const json = { accept: "application/json" }

/** How to ask for a stream. */
export const ndjson = { accept: "application/x-ndjson" }
