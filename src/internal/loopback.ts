/**
 * Which hosts are this machine.
 *
 * @module
 */

// RFC 6761 section 6.3 and RFC 6890: localhost and the loopback blocks. URL has already normalized the host.
const loopback = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether the URL's host is this machine. */
export const isLoopback = ({ hostname }: URL): boolean => loopback.test(hostname)
