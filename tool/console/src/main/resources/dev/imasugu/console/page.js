// What the server cannot do: a new visitor's id, the time until the screen shows the list, and cards that
// glide to their new places.
(() => {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let start = 0;
  let places = new Map();

  document.querySelectorAll('[data-new-visitor]').forEach(link => {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(4)), b => b.toString(16).padStart(2, '0')).join('');
    link.href += '&user=anonymous:' + id;
  });

  const cards = () => document.querySelectorAll('#stage .list li');

  document.addEventListener('htmx:beforeRequest', event => {
    if (event.target.matches('#stage form')) {
      start = performance.now();
      places = new Map(Array.from(cards(), card => [card.dataset.id, card.getBoundingClientRect()]));
    }
  });

  document.addEventListener('htmx:afterSwap', event => {
    if (event.target.id !== 'stage' || !start) return;
    const seen = document.getElementById('seen');
    if (seen) seen.textContent = ` · ${seen.dataset.text} ${(performance.now() - start).toFixed(0)} ms`;
    cards().forEach(card => {
      const before = places.get(card.dataset.id);
      if (!before) {
        card.classList.add('arrived');
      } else if (!calm) {
        const now = card.getBoundingClientRect();
        card.animate(
          [{transform: `translate(${before.left - now.left}px, ${before.top - now.top}px)`}, {transform: 'none'}],
          {duration: 320, easing: 'ease-out'});
      }
    });
    start = 0;
  });
})();
