# Runs a command on a terminal of its own: `terminal.py interrupt|hang up COMMAND ...`. When the first bar is drawn it presses
# Ctrl-C or hangs up. Prints what the command wrote, then on a line its exit code, negative for a signal that ended it.
import os
import pty
import sys

what, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

written = b''
is_done = False
while True:
    try:
        text = os.read(terminal, 65536)
    except OSError:
        break
    if not text:
        break
    written += text
    if not is_done and b'examples/s' in written:
        is_done = True
        if what == 'interrupt':
            os.write(terminal, b'\x03')
        else:
            os.close(terminal)
            break

_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(written)
print(f'\n{os.waitstatus_to_exitcode(status)}')
