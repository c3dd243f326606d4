// Options as files hold them.

/** Any value that JSON holds: what a saved model's options are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }
