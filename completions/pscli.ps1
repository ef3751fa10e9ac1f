# PowerShell completion for pscli, generated: see `pscli completion install powershell`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

Register-ArgumentCompleter -Native -CommandName pscli -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $table = @{
        '' = @{
            Runs = $false
            Commands = [ordered]@{
                'init' = 'Make a local desk and the first profile.'
                'whoami' = 'Who you are on this desk, what covers you, and until when your token is good.'
                'auth' = 'Sign in to a server, see who is signed in, sign out.'
                'token' = 'Tokens for a server.'
                'profile' = 'Where desks are, and whom to act as there.'
                'billing' = 'The support add-ons: prices, purchases, invoices.'
                'hub' = 'Your support hub: figures, what waits for you, what is due next, newest tickets, trend.'
                'contact' = 'Reach support: options, requests, follow-ups.'
                'insights' = 'Totals, trend, patterns and kept promises of your tickets, beside the range before.'
                'consultation' = 'The implementation consultation that comes with an add-on.'
                'meeting' = 'Root-cause meetings, one a quarter with Enhanced.'
                'recommendations' = 'Articles, videos and courses that fit your tickets, each with the ticket that it answers.'
                'support' = 'For representatives: the queue, answers, notes.'
                'team' = 'For operators: teams and their people.'
                'desk' = 'For operators: policy, audit, import, export, checks.'
                'rules' = 'The rules of the desk, as cited in answers.'
                'completion' = 'Commands and values at a Tab, in your shell.'
                'serve' = 'Offer a desk to other machines until SIGTERM or Ctrl-C; it knows people by their tokens.'
                'doctor' = 'Look at settings, token, desk, clock, zones and server: what is wrong, and what to do.'
            }
            Options = [ordered]@{
                '--version' = @($null, 'Print the version.')
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'init' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--demo' = @($null, 'With a sample team and tickets.')
                '--force' = @($null, 'Replace the desk that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'whoami' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'auth' = @{
            Runs = $false
            Commands = [ordered]@{
                'login' = 'Sign in to a server: the token is checked there, then kept in the keyring.'
                'status' = 'Say of every profile with a server whose token it has, where it is, and when it ends.'
                'logout' = 'Forget the profile''s token; on the server it stays good unless it is revoked.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'auth login' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--server' = @('', 'The server; default the profile''s.')
                '--with-token' = @($null, 'Read the token from stdin.')
                '--insecure-storage' = @($null, 'Keep it in a file, not in the keyring.')
                '--allow-insecure' = @($null, 'Send it over plain http beyond this machine.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'auth status' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'auth logout' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--revoke' = @($null, 'End the token on the server too.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'token' = @{
            Runs = $false
            Commands = [ordered]@{
                'create' = 'Make a token; it is shown this once and cannot be read again.'
                'list' = 'List your tokens, or as an operator everyone''s; never a secret.'
                'revoke' = 'End a token at once.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'token create' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--for' = @('', 'Whose it is; default yours.')
                '--name' = @('', 'What it is for, to tell it from others.')
                '--expires' = @('', 'How long it is good.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'token list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'token revoke' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'profile' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List the profiles.'
                'show' = 'Show one profile.'
                'set' = 'Make or change a profile: database, server, act_as, region, timezone, allow_insecure.'
                'use' = 'Make a profile the one that is used.'
                'remove' = 'Forget a profile and its token; the desk that it names stays.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'profile list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'profile show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@profile')
        }
        'profile set' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@profile', 'database=,server=,act_as=,region=,timezone=,allow_insecure=...')
        }
        'profile use' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@profile')
        }
        'profile remove' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@profile')
        }
        'billing' = @{
            Runs = $false
            Commands = [ordered]@{
                'show' = 'Your plan, period, next renewal, add-ons and next invoice.'
                'apply' = 'Bring many teams to the add-ons that a file wants; done again, it finishes the rest.'
                'addon' = 'The support add-ons.'
                'invoices' = 'Your invoices.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'billing show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'billing apply' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'billing addon' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'Both products, both editions: price, state, who may add or remove it and how.'
                'preview' = 'What adding an edition now would charge; the quote holds for fifteen minutes.'
                'add' = 'Add an edition; it is charged at once for the rest of the period.'
                'remove' = 'Remove an edition at the next renewal: yours until then, no refund.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'billing addon list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'billing addon preview' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'For which product.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('essentials,enhanced')
        }
        'billing addon add' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'For which product.')
                '--quote' = @('', 'Charge exactly this quote.')
                '--max-amount' = @('', 'Refuse a higher charge.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('essentials,enhanced')
        }
        'billing addon remove' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'For which product.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('essentials,enhanced')
        }
        'billing invoices' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List your invoices, newest first.'
                'show' = 'Show one invoice with its lines.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'billing invoices list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'billing invoices show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('')
        }
        'hub' = @{
            Runs = $true
            Commands = [ordered]@{
                'tickets' = 'Your tickets: list, show, reply, solve.'
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'hub tickets' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List your own tickets, newest first.'
                'show' = 'Show one of your tickets with its messages and every promise.'
                'reply' = 'Answer in one of your tickets while it is not solved.'
                'solve' = 'Close one of your tickets.'
                'attachment' = 'Save a file that came with one of your tickets.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'hub tickets list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--status' = @('open,pending,solved,unsolved', 'Only in this state; repeat it.')
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Only about this product.')
                '--type' = @('@type', 'Only of this type.')
                '--channel' = @('request,chat,callback', 'Only from this channel.')
                '--language' = @('en,ja', 'Only in this language.')
                '--since' = @('', 'Created from this day or instant on.')
                '--until' = @('', 'Created before this day or instant.')
                '--timezone' = @('', 'Whose midnights the days have.')
                '--search' = @('', 'With these words.')
                '--sort' = @('created,updated,due', 'In which order.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'hub tickets show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--watch' = @($null, 'Go on, and show it anew until it is solved.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@ticket')
        }
        'hub tickets reply' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '--attach' = @('@file', 'A file that goes along; repeat it.')
                '--solve' = @($null, 'And close the ticket.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@ticket')
        }
        'hub tickets solve' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@ticket')
        }
        'hub tickets attachment' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'Where to; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@ticket', '')
        }
        'contact' = @{
            Runs = $false
            Commands = [ordered]@{
                'options' = 'How support can be reached: which channels are open, until when, and why.'
                'submit' = 'File a request; it becomes a ticket at once, with its promise.'
                'chat' = 'Chat with a representative until `/end`.'
                'callback' = 'Ask to be called; the next free representative calls, urgent ones first.'
                'sales' = 'Ask sales for an edition; they answer in the ticket that this opens.'
                'requests' = 'Your own requests, with or without the Hub.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'contact options' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product you ask about.')
                '--language' = @('en,ja', 'In which language: en or ja.')
                '--at' = @('', 'As of this instant.')
                '--channel' = @('request,chat,callback', 'Only this channel.')
                '--check' = @($null, 'Exit 0 if it is open, 7 if not.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'contact submit' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--subject' = @('', 'What it is about, in a few words.')
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product you ask about.')
                '--type' = @('@type', 'Which kind of issue.')
                '--language' = @('en,ja', 'In which language: en or ja.')
                '--urgent' = @($null, 'It cannot wait.')
                '--attach' = @('@file', 'A file that goes along; repeat it.')
                '--cc' = @('', 'Who gets a copy.')
                '--follows' = @('@ticket', 'The ticket that this one follows.')
                '--no-suggest' = @($null, 'No suggestions before sending.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'contact chat' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product it is about.')
                '--language' = @('en,ja', 'In which language: en or ja.')
                '--or-request' = @($null, 'Outside the hours, send it as a request.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'contact callback' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--region' = @('', 'Of a number without country code, as in ID.')
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product it is about.')
                '--language' = @('en,ja', 'In which language: en or ja.')
                '--urgent' = @($null, 'Before those that can wait.')
                '--or-request' = @($null, 'Outside the hours, send it as a request.')
                '--status' = @($null, 'How your callback stands.')
                '--cancel' = @($null, 'Cancel your callback.')
                '--watch' = @($null, 'With --status: go on until the callback is over.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'contact sales' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product you ask about.')
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('essentials,enhanced')
        }
        'contact requests' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List your own requests, newest first.'
                'show' = 'Show one of your tickets with its messages and every promise.'
                'reply' = 'Answer in one of your tickets while it is not solved.'
                'solve' = 'Close one of your tickets.'
                'attachment' = 'Save a file that came with one of your tickets.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'contact requests list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'contact requests show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--watch' = @($null, 'Go on, and show it anew until it is solved.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@ticket')
        }
        'contact requests reply' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '--attach' = @('@file', 'A file that goes along; repeat it.')
                '--solve' = @($null, 'And close the ticket.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@ticket')
        }
        'contact requests solve' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@ticket')
        }
        'contact requests attachment' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'Where to; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@ticket', '')
        }
        'insights' = @{
            Runs = $true
            Commands = [ordered]@{
                'export' = 'Insights as a file: CSV, JSON, XLSX or HTML, as its suffix says.'
            }
            Options = [ordered]@{
                '--since' = @('', 'From this day on: 2026-01-31.')
                '--until' = @('', 'Up to this day, which is left out.')
                '--by' = @('day,week,month', 'What the range is divided into.')
                '--timezone' = @('', 'Whose days: Asia/Jakarta.')
                '--scope' = @('own,team', 'Your own tickets, or the whole team''s.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'insights export' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'The file; - is stdout.')
                '-o' = @('csv,json,xlsx,html', 'What kind of file, whatever its suffix.')
                '--output' = @('csv,json,xlsx,html', 'What kind of file, whatever its suffix.')
                '--period' = @('', '2026-03, 2026-Q1, last-month or last-quarter.')
                '--since' = @('', 'From this day on: 2026-01-31.')
                '--until' = @('', 'Up to this day, which is left out.')
                '--by' = @('day,week,month', 'What the period is divided into; by default what reads well.')
                '--timezone' = @('', 'Whose days; by default the team''s.')
                '--scope' = @('own,team', 'Your own tickets, or the whole team''s.')
                '--force' = @($null, 'Replace a file that is there.')
            }
            Arguments = @()
        }
        'consultation' = @{
            Runs = $false
            Commands = [ordered]@{
                'slots' = 'List the free slots, the soonest first.'
                'show' = 'Show what comes next, else the latest one: when, with whom, how it stands.'
                'list' = 'List what your team has booked, the latest first.'
                'book' = 'Book a free slot.'
                'rebook' = 'Move what is booked to another free slot, before it begins.'
                'cancel' = 'Cancel what is booked, before it begins; it is yours to book again.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'consultation slots' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'consultation show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'consultation list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'consultation book' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'consultation rebook' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--id' = @('', 'Which one, where several are to come.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'consultation cancel' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--id' = @('', 'Which one, where several are to come.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'meeting' = @{
            Runs = $false
            Commands = [ordered]@{
                'slots' = 'List the free slots, the soonest first.'
                'show' = 'Show what comes next, else the latest one: when, with whom, how it stands.'
                'list' = 'List what your team has booked, the latest first.'
                'book' = 'Book a free slot.'
                'rebook' = 'Move what is booked to another free slot, before it begins.'
                'cancel' = 'Cancel what is booked, before it begins; it is yours to book again.'
                'brief' = 'What a meeting is about: the quarter''s figures, broken promises, what repeats.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'meeting slots' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'meeting show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'meeting list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'meeting book' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'meeting rebook' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--id' = @('', 'Which one, where several are to come.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'meeting cancel' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Which product''s add-on gives it.')
                '--id' = @('', 'Which one, where several are to come.')
                '--ics' = @('@file', 'Write the invitation; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'meeting brief' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--quarter' = @('', 'Which quarter, or last-quarter; else the current one.')
                '--html' = @('@file', 'Write it as a page; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'recommendations' = @{
            Runs = $true
            Commands = [ordered]@{
                'open' = 'Print the address of a recommendation; on a desktop''s terminal the browser opens it.'
            }
            Options = [ordered]@{
                '--limit' = @('', 'How many.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'recommendations open' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--no-browser' = @($null, 'Only print the address.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'support' = @{
            Runs = $false
            Commands = [ordered]@{
                'queue' = 'What waits for an answer, the soonest due first.'
                'show' = 'A ticket with its notes, owner and promises.'
                'reply' = 'Answer the customer; a ticket of nobody becomes yours.'
                'note' = 'Leave a note that customers never see.'
                'solve' = 'Close a ticket that awaits no promised answer.'
                'take' = 'Make a ticket yours.'
                'release' = 'Give a ticket back to the queue.'
                'assign' = 'Give a ticket to a representative.'
                'retype' = 'Correct what a ticket is about.'
                'attachment' = 'Save a file that came with a ticket.'
                'chats' = 'Chats that wait, the longest first, and yours that are live.'
                'chat' = 'Join the chat that waits longest, or the one named, until `/end`.'
                'callbacks' = 'Callbacks that wait: urgent ones first, then the oldest.'
                'call' = 'Take a callback, or record what came of the call.'
                'metrics' = 'Kept promises, breaches, load by hour and what waits longest, of all teams.'
                'meetings' = 'Consultations and meetings to come, the soonest first.'
                'brief' = 'What a team''s root-cause meeting is about.'
                'sales' = 'What teams asked sales for, oldest first; answer with `support reply`.'
                'grant' = 'Give a team an edition: new or upgraded at once, downgraded at the renewal.'
                'revoke' = 'End a team''s edition at the next renewal, or now.'
                'agents' = 'The representatives.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'support queue' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--status' = @('open,pending,solved,unsolved', 'In this state; repeat it. Default: unsolved.')
                '--team' = @('@asking', 'Only of this team.')
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'Only about this product.')
                '--type' = @('@type', 'Only of this type.')
                '--channel' = @('request,chat,callback', 'Only from this channel.')
                '--language' = @('en,ja', 'Only in this language.')
                '--mine' = @($null, 'Only those that I own.')
                '--unassigned' = @($null, 'Only those of nobody.')
                '--watch' = @($null, 'Go on, and ring when one comes.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@asking', '@case')
        }
        'support reply' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '--link' = @('', 'A page that helps.')
                '--attach' = @('@file', 'A file that goes along; repeat it.')
                '--solve' = @($null, 'And close the ticket.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support note' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support solve' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support take' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support release' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support assign' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case', '@agent')
        }
        'support retype' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--type' = @('@type', 'The right type.')
                '--product' = @('dropbox,dash,sign,docsend,replay,paper', 'The right product.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', '@case')
        }
        'support attachment' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'Where to; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@asking', '@case', '')
        }
        'support chats' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--watch' = @($null, 'Go on, and ring when one comes.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support chat' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'support callbacks' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--watch' = @($null, 'Go on, and ring when one comes.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support call' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--outcome' = @('reached,no-answer', 'What came of the call.')
                '--body' = @('', 'The text.')
                '--body-file' = @('@file', 'The text is in a file; - is stdin.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'support metrics' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--since' = @('', 'From this day on: 2026-01-31.')
                '--until' = @('', 'Up to this day, which is left out.')
                '--timezone' = @('', 'Whose days and hours: Asia/Jakarta.')
                '--team' = @('@asking', 'Only of this team.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'support meetings' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@asking', 'Only of this team.')
                '--mine' = @($null, 'Only those that I lead.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support brief' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--quarter' = @('', 'Which quarter, or last-quarter; else the current one.')
                '--html' = @('@file', 'Write it as a page; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@asking')
        }
        'support sales' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support grant' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash', 'For which product.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', 'essentials,enhanced')
        }
        'support revoke' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--product' = @('dropbox,dash', 'For which product.')
                '--now' = @($null, 'At once, with a credit.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@asking', 'essentials,enhanced')
        }
        'support agents' = @{
            Runs = $false
            Commands = [ordered]@{
                'add' = 'Add a representative, or give one another role.'
                'list' = 'List the representatives.'
                'remove' = 'Remove a representative; what they own goes back to the queue, what they lead to others.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'support agents add' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--role' = @('agent,sales,operator', 'What they may do.')
                '--name' = @('', 'Their name.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'support agents list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'support agents remove' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@agent')
        }
        'team' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List the teams.'
                'show' = 'Show one team.'
                'create' = 'Create a team.'
                'set' = 'Change a team: plan, products, timezone, account_executive, self_serve, licences.'
                'people' = 'The people of a team.'
                'usage' = 'How much a team uses which features.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'team list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'team show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@team')
        }
        'team create' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--plan' = @('standard,advanced,business,business_plus,enterprise', 'Its plan.')
                '--products' = @('', 'What it owns besides dropbox.')
                '--licences' = @('', 'How many.')
                '--cycle' = @('monthly,annual', 'How long a period is.')
                '--anchor' = @('', 'When periods begin.')
                '--currency' = @('', 'As in USD.')
                '--timezone' = @('', 'Its zone, as in Asia/Jakarta.')
                '--account-executive' = @($null, 'It has an account executive.')
                '--self-serve' = @($null, 'It may buy by itself.')
                '--no-self-serve' = @($null, 'It may buy by itself.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'team set' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@team', 'plan=,products=,timezone=,account_executive=,self_serve=,licences=,cycle=,currency=,anchor=,billing_timezone=...')
        }
        'team people' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'List the people of a team.'
                'add' = 'Add a person to a team.'
                'set' = 'Change a person: name, role (none: member), champion, status, language, timezone, region.'
                'remove' = 'Remove a person: their tickets stay, their rights and tokens end.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'team people list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@team', 'Which team; the only one if left out.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'team people add' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@team', 'Which team; the only one if left out.')
                '--name' = @('', 'Their name.')
                '--role' = @('team,user_management,support,billing,content,compliance,reporting,security', 'Their admin role; none: a member.')
                '--champion' = @('none,champion,grand,epic', 'Champion level.')
                '--language' = @('en,ja,id', 'en, ja or id.')
                '--timezone' = @('', 'Their zone; default the team''s.')
                '--region' = @('', 'Of their phone, as in ID.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'team people set' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('', 'name=,role=,champion=,status=,language=,timezone=,region=...')
        }
        'team people remove' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'team usage' = @{
            Runs = $false
            Commands = [ordered]@{
                'import' = 'Import feature usage: a CSV of person,feature,quarter,uses or the team API''s events.'
                'show' = 'How much a team uses each feature; what nobody knows is unknown, never unused.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'team usage import' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@team', 'Which team; the only one if left out.')
                '--partial' = @($null, 'It covers no whole quarter: the rest stays unknown.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'team usage show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@team', 'Which team; the only one if left out.')
                '--quarter' = @('', 'Default: the last one that is over.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'desk' = @{
            Runs = $false
            Commands = [ordered]@{
                'check' = 'Prove the store: counts, clocks, messages, files.'
                'backup' = 'Write a whole committed state of the desk to a file, while others go on writing.'
                'export' = 'Write every ticket of the desk to a file, as CSV or JSON lines.'
                'restore' = 'Put a backup in the desk''s place; what was written since is lost.'
                'policy' = 'The desk''s policy.'
                'import' = 'From other systems.'
                'audit' = 'The trail of changes.'
                'catalogue' = 'The library.'
                'digest' = 'The quarterly e-mail.'
                'mail' = 'The outbox of mails.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk check' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'desk backup' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'A new file.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'desk export' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--to' = @('@file', 'A .csv or .jsonl file; - is stdout.')
                '--force' = @($null, 'Replace a file that is there.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'desk restore' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'desk policy' = @{
            Runs = $false
            Commands = [ordered]@{
                'show' = 'Show the policy in force.'
                'check' = 'Say whether a policy file could be put in force.'
                'set' = 'Put a policy in force; a wrong one is refused whole.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk policy show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--toml' = @($null, 'As a file for `set`.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'desk policy check' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@file')
        }
        'desk policy set' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'desk import' = @{
            Runs = $false
            Commands = [ordered]@{
                'tickets' = 'Import tickets of another system; the same file again imports nothing twice.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk import tickets' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--map' = @('@file', 'How its fields become ours: TOML.')
                '--team' = @('@team', 'Whose tickets they become.')
                '--as-requester' = @('', 'Whose they are where none is named.')
                '--date' = @('', 'When they began where nothing says.')
                '--strict' = @($null, 'Refuse what cannot have been.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'desk audit' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'Every change: who, when, what, from where, with which result; newest first.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk audit list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--team' = @('@team', 'Only of this team.')
                '--who' = @('', 'Only by this person.')
                '--since' = @('', 'From this day or instant on.')
                '--operation' = @('', 'Only this operation.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'desk catalogue' = @{
            Runs = $false
            Commands = [ordered]@{
                'list' = 'The library''s entries in their editorial order, with how often each was used.'
                'import' = 'Add entries, and replace those of the same id or address; a wrong file is refused whole.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk catalogue list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'desk catalogue import' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--prune' = @($null, 'Remove the entries that are not in it.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('@file')
        }
        'desk digest' = @{
            Runs = $false
            Commands = [ordered]@{
                'run' = 'Queue the quarterly e-mail of every team with an add-on, once per team and quarter.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk digest run' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--quarter' = @('', 'Default: the last one that is over everywhere.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'desk mail' = @{
            Runs = $false
            Commands = [ordered]@{
                'send' = 'Send what is queued: by SMTP, password in PSCLI_SMTP_PASSWORD, or as files into a folder.'
                'list' = 'The mails of the outbox, newest first.'
                'retry' = 'Queue a failed or doubtful mail once more, under the Message-ID that it has.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'desk mail send' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--smtp' = @('', 'smtps://USER@HOST:PORT or smtp://; else PSCLI_SMTP.')
                '--to-folder' = @('@file', 'Write .eml files instead of sending.')
                '--timeout' = @('', 'Seconds to wait for each answer.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @()
        }
        'desk mail list' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--state' = @('queued,claimed,handing,sent,failed,doubtful', 'Only those in this state.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--limit' = @('', 'How many.')
                '--all' = @($null, 'Every one, page after page.')
                '--cursor' = @('', 'Go on after a page: its `next`.')
            }
            Arguments = @()
        }
        'desk mail retry' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '-y' = @($null, 'Agree without being asked.')
                '--yes' = @($null, 'Agree without being asked.')
                '--dry-run' = @($null, 'Show what would be; change nothing.')
                '--idempotency-key' = @('', 'Done once per key.')
            }
            Arguments = @('')
        }
        'rules' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('@rule')
        }
        'completion' = @{
            Runs = $false
            Commands = [ordered]@{
                'show' = 'Print the script of a shell, to be kept or loaded by yourself.'
                'install' = 'Put the script where its shell looks for it; no other file is touched.'
            }
            Options = [ordered]@{
                '-h' = @($null, 'Show this message and exit.')
                '--help' = @($null, 'Show this message and exit.')
            }
            Arguments = @()
        }
        'completion show' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('bash,zsh,fish,powershell')
        }
        'completion install' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--force' = @($null, 'Replace a file that pscli did not write.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @('bash,zsh,fish,powershell')
        }
        'serve' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '--host' = @('', 'The address to listen on.')
                '--port' = @('', '0 takes any that is free.')
                '--database' = @('', 'A file or a postgresql:// address.')
                '--workers' = @('', 'How many processes.')
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
        'doctor' = @{
            Runs = $true
            Commands = [ordered]@{
            }
            Options = [ordered]@{
                '-o' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
                '--output' = @('table,json,jsonl,csv,tsv', 'How to print the result.')
            }
            Arguments = @()
        }
    }
    $common = [ordered]@{
        '--fields' = @('', 'Which fields.')
        '--no-header' = @($null, 'No header in csv and tsv.')
        '--profile' = @('@profile', 'Which profile.')
        '--as' = @('', 'Whom to act as, locally.')
        '--quiet' = @($null, 'No hints and notices.')
        '--no-pager' = @($null, 'Never through a pager.')
        '--debug' = @($null, 'Request ids and traceback.')
        '--color' = @('auto,always,never', 'When to colour.')
        '-h' = @($null, 'Show this message and exit.')
        '--help' = @($null, 'Show this message and exit.')
    }
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or
            ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.Extent.Text } })
    $program = "$($words[0])"
    $current = "$wordToComplete".Trim("'", '"')
    $place = ''; $taking = ''; $plain = $false
    $profileName = '-'; $actAs = '-' # Windows PowerShell drops empty arguments
    $given = @()
    function Get-Options($of) {
        $all = [ordered]@{}
        foreach ($key in $table[$of].Options.Keys) { $all[$key] = $table[$of].Options[$key] }
        if ($table[$of].Runs) { foreach ($key in $common.Keys) { $all[$key] = $common[$key] } }
        $all
    }
    $options = Get-Options ''
    foreach ($word in ($words | Select-Object -Skip 1)) {
        if ($taking) {
            if ($taking -eq '--profile') { $profileName = $word }
            if ($taking -eq '--as') { $actAs = $word }
            $taking = ''
        } elseif (-not $plain -and $word -ceq '--') {
            $plain = $true
        } elseif (-not $plain -and $word -match '^(--[^=]+)=(.*)$') {
            if ($Matches[1] -eq '--profile') { $profileName = $Matches[2] }
            if ($Matches[1] -eq '--as') { $actAs = $Matches[2] }
        } elseif (-not $plain -and $word -match '^-.') {
            if ($options.Contains($word) -and $null -ne $options[$word][0]) { $taking = $word }
        } elseif ($given.Count -eq 0 -and $table[$place].Commands.Contains($word)) {
            $place = "$place $word".Trim()
            $options = Get-Options $place
        } else {
            $given += $word
        }
    }
    $prefix = ''
    if (-not $taking -and -not $plain -and $current -match '^(--[^=]+)=') {
        $taking = $Matches[1]; $prefix = "$taking="
    }
    $offered = [ordered]@{}
    $kind = ''
    if ($taking) {
        if ($options.Contains($taking)) { $kind = "$($options[$taking][0])" }
    } elseif (-not $plain -and $current.StartsWith('-')) {
        foreach ($key in $options.Keys) { $offered[$key] = $options[$key][1] }
    } elseif ($given.Count -eq 0 -and $table[$place].Commands.Count) {
        $offered = $table[$place].Commands
    } else {
        $kinds = @($table[$place].Arguments)
        $number = $given.Count
        if ($kinds.Count -and $number -ge $kinds.Count -and "$($kinds[-1])".EndsWith('...')) {
            $number = $kinds.Count - 1
        }
        if ($number -lt $kinds.Count) { $kind = ($kinds[$number] -replace '\.\.\.$', '') }
    }
    if ($kind -ceq '@file') { return }
    if ($kind.StartsWith('@')) {
        foreach ($value in @($null | & $program _complete $kind.Substring(1) $profileName $actAs @given 2>$null)) {
            $offered["$prefix$value"] = $value
        }
    } elseif ($kind) {
        foreach ($value in $kind.Split(',')) { $offered["$prefix$value"] = $value }
    }
    foreach ($key in $offered.Keys) {
        if (-not $key.StartsWith($current)) { continue }
        $text = if ($key -match '^[\w.=,@+-]+$') { $key } else { "'" + $key.Replace("'", "''") + "'" }
        $about = if ($offered[$key]) { $offered[$key] } else { $key }
        [System.Management.Automation.CompletionResult]::new($text, $key, 'ParameterValue', $about)
    }
}
