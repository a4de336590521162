/**
 * The simulator's answers over HTTP, for `stream.ts`: in a process of its own, and rendered beforehand, so that what is
 * measured is the reader. Its arguments say how many sessions there are to list; `/10/client_sessions/list` lists ten.
 *
 * @module
 */
import { Simulator } from "@seam-effect/client-sessions/simulator"
import { apiKey, sessions } from "./input.ts"

const counts = Deno.args.map(Number)
const all = sessions(Math.max(...counts))
const bodies = new Map<string, Uint8Array<ArrayBuffer>>()
for (const count of counts) {
  const workspace = { workspace_id: all[0]?.workspace_id ?? "", credentials: { apiKeys: [apiKey] } }
  const { fetch } = Simulator.make({ workspaces: [{ ...workspace, sessions: all.slice(0, count) }] })
  const headers = { authorization: `Bearer ${apiKey}` }
  const response = await fetch(new Request("http://localhost/client_sessions/list", { headers }))
  bodies.set(`/${count}/client_sessions/list`, await response.bytes())
}

/** In pieces of 64 KiB, each made when the one before has gone. */
const inPieces = (body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let at = 0
  return new ReadableStream({
    pull: (controller) => {
      controller.enqueue(body.subarray(at, at += 65_536))
      if (at >= body.length) controller.close()
    }
  })
}

const onListen = ({ port }: Deno.NetAddr): void => console.log(port)
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, ({ url }) => {
  const body = bodies.get(new URL(url).pathname)
  return body === undefined
    ? new Response(null, { status: 404 })
    : new Response(inPieces(body), { headers: { "content-type": "application/json" } })
})
