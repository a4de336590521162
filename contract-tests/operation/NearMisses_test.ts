import assert from "node:assert/strict"
import * as Items from "./Item.ts"
import * as NearMisses from "./NearMisses.ts"

const rows: ReadonlyArray<readonly [kind: string, value: string, missed: { readonly [kind: string]: string }]> = [
  ["mail address", "jane+x@example.com", {
    "address without its tag": "jane@example.com",
    "address with a dot": "j.ane+x@example.com",
    "address of a subdomain": "jane+x@mail.example.com",
    "local part": "jane+x",
    "domain": "@example.com"
  }],
  ["large number", "9007199254740993", {
    "next number": "9007199254740994",
    "rounded": "9007199254740992",
    "exponent": "9007199254740992",
    "leading zero": "09007199254740993"
  }],
  ["UUID", "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc", {
    "first group": "a083ce0f",
    "another version": "a083ce0f-8b03-7081-ac9a-1ad2ce6aaabc",
    "nil": "00000000-0000-0000-0000-000000000000",
    "last digit": "a083ce0f-8b03-4081-ac9a-1ad2ce6aaab0"
  }],
  ["path", "/home/jane", {
    "slash doubled": "/home//jane",
    "slash at the end": "/home/jane/",
    "directory": "/home",
    "dot segment": "/./home/jane",
    "percent-encoded": "%2Fhome/jane"
  }],
  ["pattern", "50%_off", { "wildcard inside": "5_%_off", "escaped": "50\\%_off" }],
  ["space around", " jane", { "trimmed": "jane", "no white space": "jane", "tab for a space": "\tjane" }],
  ["beyond ASCII", "jos\u00e9", { "accents dropped": "jose", "decomposed": "jose\u0301", "upper case": "JOS\u00c9" }],
  ["beyond ASCII", "Stra\u00dfe", { "letters spelled out": "Strasse", "upper case": "STRASSE" }],
  ["word", "null", { "upper case": "NULL", "extension": "nullx" }],
  ["digits", "12", { "leading zero": "012", "number": "12.0" }],
  ["plain", "jane", { "prefix": "jan", "suffix": "ane", "always true": "jane' OR '1'='1" }]
]

for (const [kind, value, missed] of rows) {
  Deno.test(`ofText() knows what ${JSON.stringify(value)}, of the kind "${kind}", is taken for`, () => {
    assert.equal(NearMisses.kindOf(value), kind)
    const all = NearMisses.ofText(value)
    const found = Object.fromEntries(all.map(({ kind, value }) => [kind, value]))
    for (const [miss, other] of Object.entries(missed)) assert.equal(found[miss], other, miss)
    assert.deepEqual(all.filter((near) => near.value === value || near.value === ""), [])
    assert.equal(new Set(all.map(({ kind }) => kind)).size, all.length)
  })
}

Deno.test("of() gives lists of one for a list of one, and nothing for a longer list or a word of truth", () => {
  const [near] = NearMisses.of(["jane"])
  assert(near !== undefined && Array.isArray(near.value) && near.value.length === 1 && Items.isScalar(near.value[0]))
  assert.deepEqual([NearMisses.of(["jane", "joe"]), NearMisses.of([]), NearMisses.of(true), NearMisses.of(null)], [
    [],
    [],
    [],
    []
  ])
})

Deno.test("of() gives the neighbours of a number", () => {
  assert.deepEqual(NearMisses.of(3).map(({ value }) => value), [4, 2, -3, 30, 3.5])
  // The next number is the same one beyond 2^53.
  assert(NearMisses.of(2 ** 53).every(({ value }) => value !== 2 ** 53))
})
