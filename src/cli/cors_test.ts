import assert from "node:assert/strict"
import { originOf } from "./cors.ts"

Deno.test("originOf() takes an origin as a browser writes it", () => {
  for (const origin of ["http://localhost:5173", "https://example.org", "http://[::1]:8000"]) {
    assert.equal(originOf(origin), origin)
  }
  assert.equal(originOf("https://example.org/"), "https://example.org")
})

Deno.test("originOf() takes nothing that a browser doesn't send", () => {
  const others = ["*", "null", "", "localhost", "http://x/path", "http://x?y", "http://x:80", "http://a@x", "file:///x"]
  for (const other of [...others, "HTTP://X", "https://x.org, https://y.org", "http://x\r\ny: z"]) {
    assert.equal(originOf(other), undefined, other)
  }
})
