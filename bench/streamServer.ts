/**
 * Lists of sessions over HTTP, for `stream.ts`: in a process of its own, and made beforehand, so that what is measured is
 * the reader. Its arguments say how many sessions there are to list; `/10/client_sessions/list` lists ten.
 *
 * @module
 */
import { sessions } from "./input.ts"

// A longer list has the same ones again and again: the text of a million is more than is worth keeping.
const all = sessions(50_000).map((session) => JSON.stringify(session))

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const lists = new Map(Deno.args.map(Number).map((count) => [count, encode(all.slice(0, count).join())]))

/** A body in pieces of 64 KiB, each made when the one before has gone. */
function* bodyOf(count: number): Generator<Uint8Array<ArrayBuffer>> {
  const list = lists.get(count) ?? encode("")
  yield encode(`{"client_sessions":[`)
  for (let left = count; left > 0; left -= all.length) {
    for (let at = 0; at < list.length; at += 65_536) yield list.subarray(at, at + 65_536)
    if (left > all.length) yield encode(",")
  }
  yield encode(`],"ok":true}`)
}

const onListen = ({ port }: Deno.NetAddr): void => console.log(port)
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, ({ url }) => {
  const count = Number(new URL(url).pathname.split("/")[1])
  return new Response(ReadableStream.from(bodyOf(count)), { headers: { "content-type": "application/json" } })
})
