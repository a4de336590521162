import assert from "node:assert/strict"
import type { CheckOutcome, CheckResult, Report } from "./Report.ts"
import * as Reports from "./Report.ts"

const result = (name: string, outcome: CheckOutcome): CheckResult => ({
  name,
  kind: "meaning",
  outcome,
  cases: 3,
  bites: outcome === "vacuous" ? 0 : 2,
  ...(outcome === "skipped" && { why: "no other tenant is known" }),
  ...(outcome === "failed" && {
    failure: {
      law: "a < b & \"c\"",
      counterexample: { user_identifier_key: "\u0000\u202e\u001b[2J" },
      expected: "none",
      seen: "\u001b[31mred\ud800",
      curl: "curl -sS 'http://localhost' -H \"authorization: Bearer $SEAM_API_KEY\"",
      replay: "filter_soundness/existing/1/0"
    }
  })
})

const report = (...outcomes: ReadonlyArray<CheckOutcome>): Report => ({
  startedAt: "2026-01-02T03:04:05.678Z",
  seconds: 1.5,
  requests: { made: 9, distinct: 8 },
  target: "http://localhost",
  seed: 1,
  checks: outcomes.map((outcome, index) => result(`check_${index}`, outcome)),
  readings: [{ point: "order", reading: "unspecified" }]
})

for (
  const [outcomes, strictly, leniently] of [
    [["passed"], true, true],
    [["passed", "skipped"], true, true],
    [["passed", "vacuous"], false, true],
    [["passed", "failed"], false, false],
    [[], false, false]
  ] satisfies ReadonlyArray<[ReadonlyArray<CheckOutcome>, boolean, boolean]>
) {
  Deno.test(`isHeld() of ${JSON.stringify(outcomes)} is ${strictly}, and ${leniently} where vacuous ones count`, () => {
    assert.equal(Reports.isHeld(report(...outcomes)), strictly)
    assert.equal(Reports.isHeld(report(...outcomes), true), leniently)
  })
}

for (
  const [outcomes, code] of [
    [["passed", "skipped"], 0],
    [["passed", "failed", "vacuous"], 1],
    [["passed", "vacuous"], 3],
    [["passed", "unanswered"], 3],
    [["not asked"], 3],
    [[], 3]
  ] satisfies ReadonlyArray<[ReadonlyArray<CheckOutcome>, number]>
) {
  Deno.test(`exitCode() of ${JSON.stringify(outcomes)} is ${code}`, () => {
    assert.equal(Reports.exitCode(report(...outcomes)), code)
  })
}

Deno.test("exitCode() of a vacuous check is 0 where that is allowed, and only of that", () => {
  assert.equal(Reports.exitCode(report("passed", "vacuous"), true), 0)
  assert.equal(Reports.exitCode(report("unanswered", "vacuous"), true), 3)
})

Deno.test("lines() has a line for each check, with its cases and bites", () => {
  const lines = Reports.lines(report("passed", "vacuous", "skipped"))
  assert.match(lines[0] ?? "", /^passed +check_0 +3 cases +2 bites$/)
  assert.match(lines[1] ?? "", /^vacuous +check_1 +3 cases +0 bites$/)
  assert.match(lines[2] ?? "", /^skipped +check_2 /)
  assert(lines.some((line) => /^reads +order +unspecified$/.test(line)))
  assert.equal(
    lines.at(-1),
    "1 of 3 checks did not hold: http://localhost, seed 1; 9 requests, 8 of them different; 0 of 0 kinds of cases"
  )
})

Deno.test("lines() and junit() let no control character through", () => {
  const told = [...Reports.lines(report("failed")), ...Reports.junit(report("failed")).split("\n")]
  assert.deepEqual(told.filter((line) => /[\p{Cc}\p{Bidi_C}]/u.test(line)), [])
  assert(told.some((line) => line.includes("\\u001b[31mred")))
})

Deno.test("junit() counts, escapes, and says which check failed and why", () => {
  const xml = Reports.junit(report("passed", "failed", "vacuous", "skipped"))
  assert.match(
    xml,
    /<testsuite name="http:\/\/localhost" .*tests="4" failures="1" errors="1" skipped="1" time="1.500">/
  )
  assert.match(
    xml,
    /<testcase classname="contract.meaning" name="check_1" time="0.000"><failure message="a &lt; b &amp; &quot;c&quot;" type="check_1">/
  )
  assert.match(xml, /name="check_2" time="0.000"><error message="vacuous: no case could have failed" type="vacuous">/)
  assert.match(xml, /name="check_3" time="0.000"><skipped message="no other tenant is known"><\/skipped>/)
  assert.match(Reports.junit(report("vacuous"), true), /failures="0" errors="0"/)
  assert(xml.isWellFormed())
  // A line for each part, as a viewer shows it.
  assert.match(
    xml,
    />\nlaw {7}a &lt; b &amp; &quot;c&quot;\ncase {6}.*\nexpected {2}none\nseen {6}.*\n(?:.*\n)*seed {6}1\n<\/failure>/
  )
})
