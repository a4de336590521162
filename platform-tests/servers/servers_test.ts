/**
 * The contract checks on servers that others wrote: what they find there, and that they find nothing else.
 */
import type { Contract as Contracts } from "@seam-effect/contract-tests"
import { Contract, Operation, Report } from "@seam-effect/contract-tests"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Loopback from "../../contract-tests/cli/loopback.ts"
import { devices, devicesByUrl, startFake } from "./fakeSeamConnect.ts"
import { byEquality, byOperators, startJsonServer } from "./jsonServer.ts"

const readme = Deno.readTextFileSync(new URL("../../contract-tests/README.md", import.meta.url))

/** The checks that fail, each with the `curl` line of its failure, where the server is `$URL`. */
const failures = async (
  operation: Operation.Operation,
  target: Contracts.TargetOptions,
  options: Contracts.RunOptions = {}
): Promise<{ readonly [check: string]: string }> => {
  const fetch = Loopback.fetchFor(new URL(target.url))
  const report = await Effect.runPromise(
    Contract.run(operation, { ...target, fetch }, { seed: 1, ...options })
  )
  const outcomes = new Set(report.checks.map(({ outcome }) => outcome))
  assert(!outcomes.has("vacuous") && !outcomes.has("unanswered") && !outcomes.has("not asked"))
  assert(options.checks !== undefined || report.checks.filter(({ outcome }) => outcome === "passed").length >= 8)
  return Object.fromEntries(
    Report.withValues(report).checks.flatMap(({ failure, name }) =>
      failure === undefined ? [] : [[name, failure.curl?.replaceAll(target.url, "$URL") ?? ""]]
    )
  )
}

/** Holds what was found against what the README says of it, check by check. */
const holds = (
  found: { readonly [check: string]: string | undefined },
  expected: { readonly [check: string]: string }
): void => {
  assert.deepEqual(found, expected)
  for (const curl of Object.values(expected)) assert(readme.includes(curl), `not in the README: ${curl}`)
}

Deno.test("json-server keeps the contract of equality on every field, over pages", async () => {
  await using server = await startJsonServer()
  assert.deepEqual(await failures(byEquality, { url: server.url }), {})
})

Deno.test("json-server's operators compare times as text, and fail on what is no regular expression", async () => {
  await using server = await startJsonServer()
  const times = "curl -sS -i -X GET '$URL/todos?_page=1&_limit=25&created_at_gte="
  const found = await failures(byOperators, { url: server.url })
  const { filter_soundness: soundness, not_a_server_error: serverError, ...others } = found
  holds({ soundness, serverError }, {
    soundness: `${times}2026-01-01T10%3A00%3A00.001Z'`,
    serverError: "curl -sS -i -X GET '$URL/todos?title_like=%5C'"
  })
  // The same fault shows wherever a time is asked with.
  assert.deepEqual(Object.keys(others), ["filter_completeness", "filter_conjunction"])
  for (const curl of Object.values(others)) assert(curl.includes("created_at_"), curl)
})

Deno.test("the vendor's fake has the faults that the README says, and no others", async () => {
  await using fake = await startFake()
  const target = { url: fake.url, credential: fake.apiKey, otherCredential: fake.otherApiKey }
  const post = (body: string, scheme = "Bearer"): string =>
    `curl -sS -i -X POST '$URL/devices/list' -H "authorization: ${scheme} $SEAM_API_KEY" -H 'content-type: application/json' --data-raw '${body}'`
  const get = (query: string): string =>
    `curl -sS -i -X GET '$URL/devices/list?${query}' -H "authorization: Bearer $SEAM_API_KEY"`
  holds(await failures(devices, target), {
    not_a_server_error: get("device_ids="),
    negative_data_rejection: post("[]"),
    ignored_auth: post("{}", "xBearer"),
    filter_soundness: post("{\"device_ids\":[\"\"]}"),
    request_equivalence: get("connected_account_id%5B%5D=connected_account1")
  })
})

Deno.test("the vendor's fake finds devices without an account by an empty text among the accounts", async () => {
  await using fake = await startFake()
  const { device_ids: _, ...filters } = devices.filters
  const body = "{\"connected_account_ids\":[\"\"]}"
  holds(
    await failures(Operation.make({ ...devices, filters }), { url: fake.url, credential: fake.apiKey }, {
      checks: ["filter_soundness"]
    }),
    {
      filter_soundness:
        `curl -sS -i -X POST '$URL/devices/list' -H "authorization: Bearer $SEAM_API_KEY" -H 'content-type: application/json' --data-raw '${body}'`
    }
  )
})

Deno.test("the vendor's fake leads back to the first page in its next_page_url", async () => {
  await using fake = await startFake()
  // It never ends: the parameter in it is not the one that the server reads.
  holds(
    await failures(devicesByUrl, { url: fake.url, credential: fake.apiKey }, {
      maxPages: 10,
      checks: ["positive_data_acceptance"]
    }),
    {
      positive_data_acceptance:
        "curl -sS -i -X GET '$URL/devices/list?limit=20' -H \"authorization: Bearer $SEAM_API_KEY\""
    }
  )
})
