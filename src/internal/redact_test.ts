import assert from "node:assert/strict"
import { redact as redactWithin } from "./redact.ts"

const redact = (text: string, secrets: ReadonlyArray<string>): string => redactWithin(text, 1_000_000, secrets)

const secret = "Jäne \"D\\oe\" <j@x.de>\n'&😀"

const spellings: ReadonlyArray<[string, (text: string) => string]> = [
  ["as it is", (text) => text],
  ["in JSON", (text) => JSON.stringify(text)],
  ["in JSON within JSON", (text) => JSON.stringify(JSON.stringify(text))],
  [
    "in ASCII-only JSON",
    (text) =>
      JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  ],
  [
    "in JSON that is safe in HTML",
    (text) => JSON.stringify(text).replaceAll("<", "\\u003C").replaceAll("&", "\\u0026")
  ],
  ["in a URL", encodeURIComponent],
  [
    "in HTML",
    (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
  ],
  ["in HTML with numbers", (text) => Array.from(text, (c) => `&#${c.codePointAt(0)};`).join("")],
  [
    "in HTML with hexadecimal numbers",
    (text) => Array.from(text, (c) => `&#x${c.codePointAt(0)?.toString(16)};`).join("")
  ]
]

for (const [name, spell] of spellings) {
  Deno.test(`redact() finds a secret ${name}`, () => {
    const shown = redact(`no such user: ${spell(secret)}, sorry`, [secret])
    assert.match(shown, /^no such user: \W*<redacted>\W*, sorry$/)
  })
}

Deno.test("redact() finds tokens that it was not told of", () => {
  const text = "key seam_cst1abc-DEF_9, Authorization: Bearer abc.def/ghi== and eyJhbGciOiJ.eyJzdWIi.c2ln;"
  assert.equal(redact(text, []), "key <redacted>, Authorization: <redacted> and <redacted>;")
})

Deno.test("redact() marks overlapping secrets once, and leaves the rest as it was", () => {
  assert.equal(redact("a<b>&amp;seam_x1.z %41 \\n", ["seam_x1.", "x1.z"]), "a<b>&amp;<redacted> %41 \\n")
  assert.equal(redact("nothing to see", ["", "secret"]), "nothing to see")
})

Deno.test("redact() takes secrets and texts of any length", () => {
  const long = "x\"".repeat(50_000)
  assert.equal(redact(`<${JSON.stringify(long)}>`, [long]), "<\"<redacted>\">")
  assert.equal(redact("\\".repeat(100_000), ["secret"]).length, 100_000)
})

Deno.test("redact() is bounded and well-formed", () => {
  assert.equal(redactWithin("x".repeat(100), 10, []), "xxxxxxxxx…")
  assert.ok(redactWithin("😀".repeat(100), 10, []).isWellFormed())
})
