// Why a file cannot be read, before the public function that reads it has put it into its own words.

/** What is wrong with a file: a clause that follows "cannot read FILE: ". */
export class FormatProblem extends Error {
  readonly fix: string

  /**
   * @param message the clause
   * @param fix what the reader can do about it. Defaults to getting the file again
   */
  constructor(message: string, fix = 'the file is damaged: copy or download it again') {
    super(message)
    this.fix = fix
  }
}
