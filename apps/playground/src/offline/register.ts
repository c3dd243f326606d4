// Keeps the page for use offline, once it is drawn: the service worker then fetches what a training needs.
if ('serviceWorker' in navigator) {
  const register = () => navigator.serviceWorker.register('./service-worker.js')
  addEventListener('load', () => setTimeout(register, 2000))
}
