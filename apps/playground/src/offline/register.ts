// Keeps the page for use offline, once it is drawn: the service worker then fetches what a training needs.
if ('serviceWorker' in navigator) {
  const register = () => setTimeout(() => navigator.serviceWorker.register('./service-worker.js'), 2000)
  // The page opens its model before this runs; by then it has often been loaded.
  if (document.readyState === 'complete') register()
  else addEventListener('load', register)
}
