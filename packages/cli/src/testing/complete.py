# `complete.py LINE ...`: types each line and Tab into a zsh on a terminal of its own. Prints what stands then after the last word
# before, and a line of `--`.
import os
import pty
import re
import select
import sys

process, terminal = pty.fork()
if process == 0:
    os.environ.update(TERM='dumb', COLUMNS='200')
    os.execvp('zsh', ['zsh', '-f', '-i'])


def answer(text, pattern):
    os.write(terminal, text.encode())
    read = ''
    while (found := re.search(pattern, read)) is None:
        ready, _, _ = select.select([terminal], [], [], 30)
        if not ready:
            sys.exit('zsh did not answer: ' + repr(read))
        read += os.read(terminal, 65536).decode('utf8', 'replace')
    return found


answer('autoload -Uz compinit; compinit -u -D; source ./ae.zsh; print done-$((1+1))\n', 'done-2')
# Tab prints the completed line, and empties it for the next.
answer(
    'show() { zle expand-or-complete; print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; '
    "bindkey '^I' show; print set-$((1+1))\n",
    'set-2',
)
for line in sys.argv[1:]:
    completed = answer(line + '\t', r'<<([^>]+)>>')[1]
    print(completed[line.rindex(' ') :].strip())
    print('--')
os.close(terminal)
os.waitpid(process, 0)
