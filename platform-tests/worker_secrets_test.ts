// What the example Workers answer and log, in the real workerd, where a server writes every secret into every place.
import assert from "node:assert/strict"
import { apiKey, asked, assertNoneOf, byServer, canaries, filter, sessionToken } from "../src/internal/canaries.ts"
import { ok, type Respond } from "../src/internal/testing.ts"
import { json, ndjson, pathOf } from "./exampleWorker.ts"
import { start, workerIn } from "./workerd.ts"

/** Everything that the caller of a Worker gets to see. */
const seen = async (url: URL, headers: HeadersInit): Promise<readonly [status: number, text: string]> => {
  const response = await fetch(new URL(pathOf(filter.user_identifier_key ?? ""), url), { headers, redirect: "manual" })
  return [response.status, [...response.headers].join("\n") + await response.text()]
}

/** As they are, as a URL and as Base64: what is written is read by others. */
const spellings = [(text: string) => text, encodeURIComponent, btoa]

for (const [folder, ways] of Object.entries({ worker: [json, ndjson], "list-worker": [json] })) {
  Deno.test(`examples/${folder} answers and logs no secret and nothing that a server writes`, async () => {
    let respond: Respond = () => ok()
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => respond(request)
    )
    const vars = { SEAM_ENDPOINT: `http://127.0.0.1:${server.addr.port}`, SEAM_API_KEY: apiKey }
    const worker = await workerIn(new URL(`../examples/${folder}/`, import.meta.url), { services: false, vars })
    await using running = await start([worker])
    let failures = 0
    for (const [place, answer] of Object.entries(byServer)) {
      // The server would print why.
      if (place.endsWith("breaks off")) continue
      for (const spell of spellings) {
        const spelled = canaries.map(spell)
        respond = answer(spelled.join(" "))
        for (const headers of ways) {
          const [status, text] = await seen(running.url, headers)
          // A stream may have begun before what is wrong came.
          assert.ok(status >= 400 || /"ok":false/.test(text), `${status} on ${place}`)
          // The values of a session that it found are the caller's.
          assertNoneOf(text, status === 200 ? [apiKey, sessionToken] : [...canaries, ...spelled])
          failures++
        }
      }
    }
    assert.ok(running.log.length >= failures)
    assertNoneOf(running.log.join("\n"), canaries.flatMap((canary) => spellings.map((spell) => spell(canary))))
    respond = () => ok(asked)
    const [status, text] = await seen(running.url, json)
    assert.equal(status, 200)
    assert.ok(text.includes(filter.client_session_id ?? ""))
    assertNoneOf(text, [apiKey, sessionToken])
  })
}
