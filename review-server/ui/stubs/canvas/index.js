// Intentionally empty: pages are drawn by the browser, never by Node.
module.exports = {};
