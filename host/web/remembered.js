// The address of a list with its filters, kept for this tab: who comes back finds the list as it was.

const keyOf = (path) => `psa-host.address.${path}`;

/** @param {string} path  of the list, such as "/tickets"; `address`: the same with its filters */
export function rememberAddress(path, address) {
  try {
    sessionStorage.setItem(keyOf(path), address);
  } catch {
    // Storage is blocked: the list is shown without filters next time.
  }
}

/** The address of the list as it was last shown; otherwise `path`. */
export function rememberedAddress(path) {
  try {
    return sessionStorage.getItem(keyOf(path)) ?? path;
  } catch {
    return path;
  }
}
