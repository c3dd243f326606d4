import { Digits } from './digits.jsx'
import { Trainer } from './trainer.jsx'

export default function Page() {
  return (
    <main>
      <h1>A model on the server</h1>
      <Digits />
      <h1>Another one in the page</h1>
      <Trainer />
    </main>
  )
}
