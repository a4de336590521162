// The recorded contract against the document that the vendor published with its types.
import * as Result from "effect/Result"
import assert from "node:assert/strict"
import { openapi } from "npm:@seamapi/types@1.721.0/connect"
import * as Yaml from "yaml"
import { Drift, OpenApi } from "../contract-tests/openapi/mod.ts"
import { deviations, document } from "../contract-tests/seam/mod.ts"

Deno.test("check() finds nothing but other wording in the vendor's whole document, as JSON and as YAML", () => {
  const json = JSON.stringify(openapi)
  assert(json.length > 1_000_000)
  const found = Result.getOrThrow(
    Result.map(OpenApi.parse(json, document.where), (other) => Drift.differences(document, other, deviations))
  )
  assert.notEqual(found.length, 0)
  assert.deepEqual(new Set(found.map(({ change }) => change)), new Set(["other wording"]))
  assert.equal(Drift.check(document, json, deviations).exitCode, 0)
  assert.deepEqual(Drift.check(document, Yaml.stringify(openapi), deviations), Drift.check(document, json, deviations))
})
