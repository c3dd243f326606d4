// VitePress's own theme with the fonts of the reader's system and a search of our own ranking.
import DefaultTheme from 'vitepress/theme-without-fonts'
import { ranking } from '../../../tooling/scripts/site/search.mjs'
import './style.css'

export default {
  extends: DefaultTheme,
  // Set here, because a function in the configuration reaches the page as text and needs `eval`, which the policy forbids.
  enhanceApp({ siteData }) {
    siteData.value.themeConfig.search.options = { miniSearch: { searchOptions: ranking } }
  },
}
