import assert from "node:assert/strict"
import { isLoopback } from "./loopback.ts"

for (
  const url of [
    "http://localhost",
    "http://LOCALHOST:3020/path",
    "http://seam.localhost",
    "http://127.0.0.1",
    "http://127.1.2.3",
    "http://2130706433",
    "https://[::1]:3020"
  ]
) {
  Deno.test(`isLoopback() is true of ${url}`, () => assert.ok(isLoopback(new URL(url))))
}

for (
  const url of [
    "https://connect.getseam.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://example.com/localhost",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://[::2]"
  ]
) {
  Deno.test(`isLoopback() is false of ${url}`, () => assert.ok(!isLoopback(new URL(url))))
}
