import assert from "node:assert/strict"

const document = await Deno.readTextFile(new URL("../SECURITY.md", import.meta.url))
const named = [...document.matchAll(/`([\w/.-]+_test\.ts)`: `([^`]+)`/g)].map((
  [, file = "", name = ""]
) => [file, name])

Deno.test("SECURITY.md names a test for each promise", () => {
  const [, promised = ""] = document.split("## What is promised")
  const [table = ""] = promised.split("\n## ")
  const rows = table.split("\n").filter((line) => line.startsWith("| ")).slice(2)
  assert.ok(rows.length > 15)
  for (const row of rows) assert.match(row, /`[\w/.-]+_test\.ts`: `[^`]+`/)
})

Deno.test("SECURITY.md names tests that there are", async () => {
  for (const [file = "", name = ""] of named) {
    const source = await Deno.readTextFile(new URL(`../${file}`, import.meta.url))
    // What stands between the parts of a name that differ.
    const literal = name.split("…").map((part) => RegExp.escape(part)).join("\\$\\{[^`]*?\\}")
    assert.match(source, new RegExp(`["\`][^"\`\\n]*${literal}`), `${file}: ${name}`)
  }
})
