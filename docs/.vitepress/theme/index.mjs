// VitePress's own theme with the fonts of the reader's system, a moving picture on the first page, and a search of our own ranking.
import DefaultTheme from 'vitepress/theme-without-fonts'
import { h } from 'vue'
import { ranking } from '../../../tooling/scripts/site/search.mjs'
import learning from '../../images/learning.png'
import samples from '../../images/samples.png'
import './style.css'

const caption =
  'The same 60 draws while a VAE learns handwritten digits. Our own code trained it and encoded this picture.'

const picture = () =>
  h('figure', { class: 'hero-picture' }, [
    h('picture', [
      h('source', { media: '(prefers-reduced-motion: reduce)', srcset: samples }),
      h('img', { src: learning, alt: 'Sixty draws from a VAE while it learns: noise becomes digits' }),
    ]),
    h('figcaption', caption),
  ])

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'home-hero-image': picture }),
  // Set here, because a function in the configuration reaches the page as text and needs `eval`, which the policy forbids.
  enhanceApp({ siteData }) {
    siteData.value.themeConfig.search.options = { miniSearch: { searchOptions: ranking } }
  },
}
