import * as CliOutput from "effect/cli/CliOutput"
import fc from "fast-check"
import assert from "node:assert/strict"
import { escape, quote } from "./printable.ts"

Deno.test("quote() keeps line breaks, and escapes whatever else a terminal would obey", () => {
  assert.equal(quote("one\r\n\ntwo\u001b[2J\rthree\u2028\n", 80), "  | one\n  | \n  | two\\u001b[2J\\u000dthree\\u2028")
})

Deno.test("quote() breaks a line before the terminal would", () => {
  assert.equal(quote("abcdefghij", 8), "  | abcd\n  | efgh\n  | ij")
  assert.equal(quote("田中花子", 8), "  | 田中\n  | 花子")
})

Deno.test("quote() keeps the bar where it is on a terminal that reorders", () => {
  assert.equal(quote("שלום", 80), "  | \u2068שלום\u2069")
})

const text = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\n",
      "\r",
      "\r\n",
      "\u001b[1A",
      "\u202e",
      "👩‍👩‍👧‍👦",
      "שלום",
      "田",
      "e\u0301",
      " ".repeat(40),
      "Request id: forged"
    )
  )
).map((parts) => parts.join(""))

Deno.test("quote() puts every row behind a bar and inside the terminal's width, and leaves nothing out", () => {
  fc.assert(fc.property(text, fc.integer({ min: 6, max: 100 }), (text, columns) => {
    const lines = quote(text, columns).split("\n")
    for (const line of lines) {
      assert.ok(line.startsWith("  | "))
      assert.ok(CliOutput.displayWidth(line) <= columns)
      assert.doesNotMatch(line, /(?![\u200c\u200d\u2068\u2069])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }
    const shown = lines.map((line) => line.slice(4).replace(/^\u2068|\u2069$/g, "")).join("")
    assert.equal(shown, escape(text.replace(/\r?\n$/, "").replace(/\r?\n/g, "")))
  }))
})
