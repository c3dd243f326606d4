// Panels that are out of sight ask the engine for nothing, so that training has the machine.

/**
 * Calls `task` when asked to while `element` is near the viewport; else once it comes near.
 *
 * @returns asks for a call
 */
export function whenVisible(element: Element, task: () => void): () => void {
  let isVisible = false
  let isDue = false
  new IntersectionObserver(
    ([entry]) => {
      isVisible = entry?.isIntersecting ?? false
      if (isVisible && isDue) {
        isDue = false
        task()
      }
    },
    { rootMargin: '120px' },
  ).observe(element)
  return () => {
    if (isVisible) task()
    else isDue = true
  }
}
