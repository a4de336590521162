import assert from "node:assert/strict"
import config from "../deno.json" with { type: "json" }
import * as Args from "./args.ts"

Deno.test("version is the package's", () => {
  assert.equal(Args.version, config.version)
})

for (
  const [what, args, message] of [
    ["a flag that there is not", ["--uri", "secret"], "contract has no such flag."],
    ["a value without a flag", ["secret"], "contract takes nothing but flags: a value goes after its flag."],
    ["a flag without its value", ["--url"], "Expected a value after --url."],
    ["a value of a flag that has none", ["--json=secret"], "Expected nothing after --json."],
    ["a flag given twice", ["--url", "secret", "--url", "secret"], "Give --url only once."],
    ["a number that is none", ["--seed", "secret"], "Expected a whole number after --seed."],
    ["a number that is too small", ["--max-requests", "1"], "Expected 2 or more after --max-requests."],
    ["a flag of Object", ["--constructor", "secret"], "contract has no such flag."]
  ] satisfies ReadonlyArray<[string, ReadonlyArray<string>, string]>
) {
  Deno.test(`parse() refuses ${what}, and quotes nothing of it`, () => {
    assert.equal(Args.parse(args), message)
  })
}

Deno.test("parse() reads what is given", () => {
  const given = Args.parse(["--url=http://localhost", "--seed", "-7", "--json"])
  assert(typeof given !== "string")
  assert.deepEqual(
    [given.text("url"), given.number("seed"), given.has("json"), given.has("help"), given.number("runs")],
    ["http://localhost", -7, true, false, undefined]
  )
})

Deno.test("help() has every flag", () => {
  for (const flag of ["--url", "--operation", "--drift", "--allow-vacuous"]) assert(Args.help().includes(flag))
})
