/**
 * The example Worker's answer by `fetch` and `JSON.parse` alone.
 *
 * @module
 */
const answer = async (request: Request, env: { readonly SEAM_API_KEY: string }): Promise<Response> => {
  const user_identifier_key = new URL(request.url).searchParams.get("user_identifier_key")
  const response = await fetch("https://connect.getseam.com/client_sessions/list", {
    method: "POST",
    headers: { authorization: `Bearer ${env.SEAM_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ user_identifier_key })
  })
  return Response.json({ client_sessions: JSON.parse(await response.text()).client_sessions })
}

export default { fetch: answer }
