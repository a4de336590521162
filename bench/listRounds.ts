/**
 * Compares calls that list, for `list.ts`: in a process of its own. Its arguments are how many sessions the answer has and
 * for how many seconds to measure.
 *
 * Every contender is given the same function in place of `fetch`; to the vendor's SDK it comes through the options of its
 * HTTP client, `axios`, whose adapter for `fetch` the SDK uses anyway. Like the real one, that function makes a `Request`
 * of its arguments, and answers with a body that is a stream. All clients are made beforehand.
 *
 * @module
 */
import { ClientSessions, Credentials } from "@seam-effect/client-sessions"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { SeamHttp as Vendor1 } from "npm:@seamapi/http@1.102.0"
import { SeamHttp as Vendor2 } from "npm:@seamapi/http@2.32.0"
import { compare, type Contender } from "./harness.ts"
import { apiKey, bodyOf, sessions } from "./input.ts"

const filter = { user_identifier_key: "jane_doe" }

const answering = (text: string): typeof globalThis.fetch => {
  const bytes = new TextEncoder().encode(text)
  return (input, init) => {
    const { url } = new Request(input, init)
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        controller.enqueue(bytes)
        controller.close()
      }
    })
    return new URL(url).pathname === "/client_sessions/list"
      ? Promise.resolve(new Response(body, { headers: { "content-type": "application/json" } }))
      : Promise.reject(new TypeError(`No answer to ${url}`))
  }
}

const raw = (fetch: typeof globalThis.fetch): Contender["run"] => async () => {
  const response = await fetch("https://connect.getseam.com/client_sessions/list", {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(filter)
  })
  return JSON.parse(await response.text()).client_sessions
}

const ours = (fetch: typeof globalThis.fetch, verify: boolean): Contender["run"] => {
  const runtime = ManagedRuntime.make(
    ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), verify }).pipe(
      Layer.provide(FetchHttpClient.layer),
      Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
    )
  )
  return () => runtime.runPromise(ClientSessions.list(filter))
}

const vendor = (SeamHttp: typeof Vendor1 | typeof Vendor2, fetch: typeof globalThis.fetch): Contender["run"] => {
  const { clientSessions } = SeamHttp.fromApiKey(apiKey, { axiosOptions: { env: { fetch } } })
  return () => clientSessions.list(filter).execute()
}

const [count = "", seconds = ""] = Deno.args
const answer = answering(bodyOf(sessions(Number(count)).map((session) => ({ ...session, ...filter }))))
const contenders = [
  { name: "fetch and JSON.parse", run: raw(answer) },
  { name: "ours", run: ours(answer, true) },
  { name: "ours, verify off", run: ours(answer, false) },
  { name: "vendor SDK 1.102.0", run: vendor(Vendor1, answer) },
  { name: "vendor SDK 2.32.0", run: vendor(Vendor2, answer) }
]
for (const { name, run } of contenders) {
  const listed = await run()
  if (!Array.isArray(listed) || listed.length !== Number(count)) {
    throw new Error(`${name} did not list ${count} sessions`)
  }
}
console.log(JSON.stringify(await compare(contenders, { clock: "cpu", seconds: Number(seconds) })))
