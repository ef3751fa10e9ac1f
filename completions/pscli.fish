# fish completion for pscli, generated: see `pscli completion install fish`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

function __pscli_commands # commands after these words, with what they do
    switch "$argv[1]"
        case ''
            printf '%s\t%s\n' 'init' 'Make a local desk and the first profile.'
            printf '%s\t%s\n' 'whoami' 'Who you are on this desk, and what covers you.'
            printf '%s\t%s\n' 'token' 'Tokens for a server.'
            printf '%s\t%s\n' 'profile' 'Where desks are, and whom to act as there.'
            printf '%s\t%s\n' 'billing' 'The support add-ons: prices, purchases, invoices.'
            printf '%s\t%s\n' 'hub' 'Your support hub: figures, what waits for you, what is due next, newest tickets, trend.'
            printf '%s\t%s\n' 'contact' 'Reach support: options, requests, follow-ups.'
            printf '%s\t%s\n' 'insights' 'Totals, trend, patterns and kept promises of your tickets, beside the range before.'
            printf '%s\t%s\n' 'support' 'For representatives: the queue, answers, notes.'
            printf '%s\t%s\n' 'team' 'For operators: teams and their people.'
            printf '%s\t%s\n' 'desk' 'For operators: policy, audit, import, export, checks.'
            printf '%s\t%s\n' 'rules' 'The rules of the desk, as cited in answers.'
            printf '%s\t%s\n' 'completion' 'Commands and values at a Tab, in your shell.'
            printf '%s\t%s\n' 'serve' 'Offer a desk to other machines until SIGTERM or Ctrl-C; it knows people by their tokens.'
        case 'token'
            printf '%s\t%s\n' 'create' 'Make a token; it is shown this once and cannot be read again.'
            printf '%s\t%s\n' 'list' 'List your tokens, or as an operator everyone\'s; never a secret.'
            printf '%s\t%s\n' 'revoke' 'End a token at once.'
        case 'profile'
            printf '%s\t%s\n' 'list' 'List the profiles.'
            printf '%s\t%s\n' 'show' 'Show one profile.'
            printf '%s\t%s\n' 'set' 'Make or change a profile: database, server, act_as, region, timezone; empty unsets.'
            printf '%s\t%s\n' 'use' 'Make a profile the one that is used.'
            printf '%s\t%s\n' 'remove' 'Forget a profile; the desk that it names stays.'
        case 'billing'
            printf '%s\t%s\n' 'show' 'Your plan, period, next renewal, add-ons and next invoice.'
            printf '%s\t%s\n' 'apply' 'Bring many teams to the add-ons that a file wants; done again, it finishes the rest.'
            printf '%s\t%s\n' 'addon' 'The support add-ons.'
            printf '%s\t%s\n' 'invoices' 'Your invoices.'
        case 'billing addon'
            printf '%s\t%s\n' 'list' 'Both products, both editions: price, state, who may add or remove it and how.'
            printf '%s\t%s\n' 'preview' 'What adding an edition now would charge; the quote holds for fifteen minutes.'
            printf '%s\t%s\n' 'add' 'Add an edition; it is charged at once for the rest of the period.'
            printf '%s\t%s\n' 'remove' 'Remove an edition at the next renewal: yours until then, no refund.'
        case 'billing invoices'
            printf '%s\t%s\n' 'list' 'List your invoices, newest first.'
            printf '%s\t%s\n' 'show' 'Show one invoice with its lines.'
        case 'hub'
            printf '%s\t%s\n' 'tickets' 'Your tickets: list, show, reply, solve.'
        case 'hub tickets'
            printf '%s\t%s\n' 'list' 'List your own tickets, newest first.'
            printf '%s\t%s\n' 'show' 'Show one of your tickets with its messages and every promise.'
            printf '%s\t%s\n' 'reply' 'Answer in one of your tickets while it is not solved.'
            printf '%s\t%s\n' 'solve' 'Close one of your tickets.'
            printf '%s\t%s\n' 'attachment' 'Save a file that came with one of your tickets.'
        case 'contact'
            printf '%s\t%s\n' 'options' 'How support can be reached: which channels are open, until when, and why.'
            printf '%s\t%s\n' 'submit' 'File a request; it becomes a ticket at once, with its promise.'
            printf '%s\t%s\n' 'chat' 'Chat with a representative until `/end`.'
            printf '%s\t%s\n' 'callback' 'Ask to be called; the next free representative calls, urgent ones first.'
            printf '%s\t%s\n' 'sales' 'Ask sales for an edition; they answer in the ticket that this opens.'
            printf '%s\t%s\n' 'requests' 'Your own requests, with or without the Hub.'
        case 'contact requests'
            printf '%s\t%s\n' 'list' 'List your own requests, newest first.'
            printf '%s\t%s\n' 'show' 'Show one of your tickets with its messages and every promise.'
            printf '%s\t%s\n' 'reply' 'Answer in one of your tickets while it is not solved.'
            printf '%s\t%s\n' 'solve' 'Close one of your tickets.'
            printf '%s\t%s\n' 'attachment' 'Save a file that came with one of your tickets.'
        case 'support'
            printf '%s\t%s\n' 'queue' 'What waits for an answer, the soonest due first.'
            printf '%s\t%s\n' 'show' 'A ticket with its notes, owner and promises.'
            printf '%s\t%s\n' 'reply' 'Answer the customer; a ticket of nobody becomes yours.'
            printf '%s\t%s\n' 'note' 'Leave a note that customers never see.'
            printf '%s\t%s\n' 'solve' 'Close a ticket that awaits no promised answer.'
            printf '%s\t%s\n' 'take' 'Make a ticket yours.'
            printf '%s\t%s\n' 'release' 'Give a ticket back to the queue.'
            printf '%s\t%s\n' 'assign' 'Give a ticket to a representative.'
            printf '%s\t%s\n' 'retype' 'Correct what a ticket is about.'
            printf '%s\t%s\n' 'attachment' 'Save a file that came with a ticket.'
            printf '%s\t%s\n' 'chats' 'Chats that wait, the longest first, and yours that are live.'
            printf '%s\t%s\n' 'chat' 'Join the chat that waits longest, or the one named, until `/end`.'
            printf '%s\t%s\n' 'callbacks' 'Callbacks that wait: urgent ones first, then the oldest.'
            printf '%s\t%s\n' 'call' 'Take a callback, or record what came of the call.'
            printf '%s\t%s\n' 'sales' 'What teams asked sales for, oldest first; answer with `support reply`.'
            printf '%s\t%s\n' 'grant' 'Give a team an edition: new or upgraded at once, downgraded at the renewal.'
            printf '%s\t%s\n' 'revoke' 'End a team\'s edition at the next renewal, or now.'
            printf '%s\t%s\n' 'agents' 'The representatives.'
        case 'support agents'
            printf '%s\t%s\n' 'add' 'Add a representative, or give one another role.'
            printf '%s\t%s\n' 'list' 'List the representatives.'
            printf '%s\t%s\n' 'remove' 'Remove a representative; what they own goes back to the queue.'
        case 'team'
            printf '%s\t%s\n' 'list' 'List the teams.'
            printf '%s\t%s\n' 'show' 'Show one team.'
            printf '%s\t%s\n' 'create' 'Create a team.'
            printf '%s\t%s\n' 'set' 'Change a team: plan, products, timezone, account_executive, self_serve, licences.'
            printf '%s\t%s\n' 'people' 'The people of a team.'
        case 'team people'
            printf '%s\t%s\n' 'list' 'List the people of a team.'
            printf '%s\t%s\n' 'add' 'Add a person to a team.'
            printf '%s\t%s\n' 'set' 'Change a person: name, role (none: member), champion, status, language, timezone, region.'
            printf '%s\t%s\n' 'remove' 'Remove a person: their tickets stay, their rights and tokens end.'
        case 'desk'
            printf '%s\t%s\n' 'check' 'Prove the store: counts, clocks, messages, files.'
            printf '%s\t%s\n' 'backup' 'Write a whole committed state of the desk to a file, while others go on writing.'
            printf '%s\t%s\n' 'export' 'Write every ticket of the desk to a file, as CSV or JSON lines.'
            printf '%s\t%s\n' 'restore' 'Put a backup in the desk\'s place; what was written since is lost.'
            printf '%s\t%s\n' 'policy' 'The desk\'s policy.'
            printf '%s\t%s\n' 'import' 'From other systems.'
            printf '%s\t%s\n' 'audit' 'The trail of changes.'
        case 'desk policy'
            printf '%s\t%s\n' 'show' 'Show the policy in force.'
            printf '%s\t%s\n' 'check' 'Say whether a policy file could be put in force.'
            printf '%s\t%s\n' 'set' 'Put a policy in force; a wrong one is refused whole.'
        case 'desk import'
            printf '%s\t%s\n' 'tickets' 'Import tickets of another system; the same file again imports nothing twice.'
        case 'desk audit'
            printf '%s\t%s\n' 'list' 'Every change: who, when, what, from where, with which result; newest first.'
        case 'completion'
            printf '%s\t%s\n' 'show' 'Print the script of a shell, to be kept or loaded by yourself.'
            printf '%s\t%s\n' 'install' 'Put the script where its shell looks for it; no other file is touched.'
    end
end

function __pscli_options # options of the command of these words, with values and what they do
    switch "$argv[1]"
        case ''
            printf '%s\t%s\n' '--version' 'Print the version.'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'init'
            printf '%s\t%s\n' '--demo' 'With a sample team and tickets.'
            printf '%s\t%s\n' '--force' 'Replace the desk that is there.'
            __pscli_common
        case 'whoami'
            __pscli_common
        case 'token'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'token create'
            printf '%s\t%s\n' '--for=' 'Whose it is; default yours.'
            printf '%s\t%s\n' '--name=' 'What it is for, to tell it from others.'
            printf '%s\t%s\n' '--expires=' 'How long it is good.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'token list'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'token revoke'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'profile'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'profile list'
            __pscli_common
        case 'profile show'
            __pscli_common
        case 'profile set'
            __pscli_common
        case 'profile use'
            __pscli_common
        case 'profile remove'
            __pscli_common
        case 'billing'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'billing show'
            __pscli_common
        case 'billing apply'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'billing addon'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'billing addon list'
            __pscli_common
        case 'billing addon preview'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'For which product.'
            __pscli_common
        case 'billing addon add'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'For which product.'
            printf '%s\t%s\n' '--quote=' 'Charge exactly this quote.'
            printf '%s\t%s\n' '--max-amount=' 'Refuse a higher charge.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'billing addon remove'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'For which product.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'billing invoices'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'billing invoices list'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'billing invoices show'
            __pscli_common
        case 'hub'
            __pscli_common
        case 'hub tickets'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'hub tickets list'
            printf '%s\t%s\n' '--status=open,pending,solved,unsolved' 'Only in this state; repeat it.'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Only about this product.'
            printf '%s\t%s\n' '--type=@type' 'Only of this type.'
            printf '%s\t%s\n' '--channel=request,chat,callback' 'Only from this channel.'
            printf '%s\t%s\n' '--language=en,ja' 'Only in this language.'
            printf '%s\t%s\n' '--since=' 'Created from this day or instant on.'
            printf '%s\t%s\n' '--until=' 'Created before this day or instant.'
            printf '%s\t%s\n' '--timezone=' 'Whose midnights the days have.'
            printf '%s\t%s\n' '--search=' 'With these words.'
            printf '%s\t%s\n' '--sort=created,updated,due' 'In which order.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'hub tickets show'
            __pscli_common
        case 'hub tickets reply'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '--attach=@file' 'A file that goes along; repeat it.'
            printf '%s\t%s\n' '--solve' 'And close the ticket.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'hub tickets solve'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'hub tickets attachment'
            printf '%s\t%s\n' '--to=@file' 'Where to; - is stdout.'
            printf '%s\t%s\n' '--force' 'Replace a file that is there.'
            __pscli_common
        case 'contact'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'contact options'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Which product you ask about.'
            printf '%s\t%s\n' '--language=en,ja' 'In which language: en or ja.'
            printf '%s\t%s\n' '--at=' 'As of this instant.'
            printf '%s\t%s\n' '--channel=request,chat,callback' 'Only this channel.'
            printf '%s\t%s\n' '--check' 'Exit 0 if it is open, 7 if not.'
            __pscli_common
        case 'contact submit'
            printf '%s\t%s\n' '--subject=' 'What it is about, in a few words.'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Which product you ask about.'
            printf '%s\t%s\n' '--type=@type' 'Which kind of issue.'
            printf '%s\t%s\n' '--language=en,ja' 'In which language: en or ja.'
            printf '%s\t%s\n' '--urgent' 'It cannot wait.'
            printf '%s\t%s\n' '--attach=@file' 'A file that goes along; repeat it.'
            printf '%s\t%s\n' '--cc=' 'Who gets a copy.'
            printf '%s\t%s\n' '--follows=@ticket' 'The ticket that this one follows.'
            printf '%s\t%s\n' '--no-suggest' 'No suggestions before sending.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact chat'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Which product it is about.'
            printf '%s\t%s\n' '--language=en,ja' 'In which language: en or ja.'
            printf '%s\t%s\n' '--or-request' 'Outside the hours, send it as a request.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact callback'
            printf '%s\t%s\n' '--region=' 'Of a number without country code, as in ID.'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Which product it is about.'
            printf '%s\t%s\n' '--language=en,ja' 'In which language: en or ja.'
            printf '%s\t%s\n' '--urgent' 'Before those that can wait.'
            printf '%s\t%s\n' '--or-request' 'Outside the hours, send it as a request.'
            printf '%s\t%s\n' '--status' 'How your callback stands.'
            printf '%s\t%s\n' '--cancel' 'Cancel your callback.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact sales'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Which product you ask about.'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact requests'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'contact requests list'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'contact requests show'
            __pscli_common
        case 'contact requests reply'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '--attach=@file' 'A file that goes along; repeat it.'
            printf '%s\t%s\n' '--solve' 'And close the ticket.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact requests solve'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'contact requests attachment'
            printf '%s\t%s\n' '--to=@file' 'Where to; - is stdout.'
            printf '%s\t%s\n' '--force' 'Replace a file that is there.'
            __pscli_common
        case 'insights'
            printf '%s\t%s\n' '--since=' 'From this day on: 2026-01-31.'
            printf '%s\t%s\n' '--until=' 'Up to this day, which is left out.'
            printf '%s\t%s\n' '--by=day,week,month' 'What the range is divided into.'
            printf '%s\t%s\n' '--timezone=' 'Whose days: Asia/Jakarta.'
            printf '%s\t%s\n' '--scope=own,team' 'Your own tickets, or the whole team\'s.'
            __pscli_common
        case 'support'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'support queue'
            printf '%s\t%s\n' '--status=open,pending,solved,unsolved' 'In this state; repeat it. Default: unsolved.'
            printf '%s\t%s\n' '--team=@asking' 'Only of this team.'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'Only about this product.'
            printf '%s\t%s\n' '--type=@type' 'Only of this type.'
            printf '%s\t%s\n' '--channel=request,chat,callback' 'Only from this channel.'
            printf '%s\t%s\n' '--language=en,ja' 'Only in this language.'
            printf '%s\t%s\n' '--mine' 'Only those that I own.'
            printf '%s\t%s\n' '--unassigned' 'Only those of nobody.'
            printf '%s\t%s\n' '--watch' 'Go on, and ring when one comes.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'support show'
            __pscli_common
        case 'support reply'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '--link=' 'A page that helps.'
            printf '%s\t%s\n' '--attach=@file' 'A file that goes along; repeat it.'
            printf '%s\t%s\n' '--solve' 'And close the ticket.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support note'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support solve'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support take'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support release'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support assign'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support retype'
            printf '%s\t%s\n' '--type=@type' 'The right type.'
            printf '%s\t%s\n' '--product=dropbox,dash,sign,docsend,replay,paper' 'The right product.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support attachment'
            printf '%s\t%s\n' '--to=@file' 'Where to; - is stdout.'
            printf '%s\t%s\n' '--force' 'Replace a file that is there.'
            __pscli_common
        case 'support chats'
            printf '%s\t%s\n' '--watch' 'Go on, and ring when one comes.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'support chat'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support callbacks'
            printf '%s\t%s\n' '--watch' 'Go on, and ring when one comes.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'support call'
            printf '%s\t%s\n' '--outcome=reached,no-answer' 'What came of the call.'
            printf '%s\t%s\n' '--body=' 'The text.'
            printf '%s\t%s\n' '--body-file=@file' 'The text is in a file; - is stdin.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support sales'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'support grant'
            printf '%s\t%s\n' '--product=dropbox,dash' 'For which product.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support revoke'
            printf '%s\t%s\n' '--product=dropbox,dash' 'For which product.'
            printf '%s\t%s\n' '--now' 'At once, with a credit.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support agents'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'support agents add'
            printf '%s\t%s\n' '--role=agent,sales,operator' 'What they may do.'
            printf '%s\t%s\n' '--name=' 'Their name.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'support agents list'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'support agents remove'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'team'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'team list'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'team show'
            __pscli_common
        case 'team create'
            printf '%s\t%s\n' '--plan=standard,advanced,business,business_plus,enterprise' 'Its plan.'
            printf '%s\t%s\n' '--products=' 'What it owns besides dropbox.'
            printf '%s\t%s\n' '--licences=' 'How many.'
            printf '%s\t%s\n' '--cycle=monthly,annual' 'How long a period is.'
            printf '%s\t%s\n' '--anchor=' 'When periods begin.'
            printf '%s\t%s\n' '--currency=' 'As in USD.'
            printf '%s\t%s\n' '--timezone=' 'Its zone, as in Asia/Jakarta.'
            printf '%s\t%s\n' '--account-executive' 'It has an account executive.'
            printf '%s\t%s\n' '--self-serve' 'It may buy by itself.'
            printf '%s\t%s\n' '--no-self-serve' 'It may buy by itself.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'team set'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'team people'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'team people list'
            printf '%s\t%s\n' '--team=@team' 'Which team; the only one if left out.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'team people add'
            printf '%s\t%s\n' '--team=@team' 'Which team; the only one if left out.'
            printf '%s\t%s\n' '--name=' 'Their name.'
            printf '%s\t%s\n' '--role=team,user_management,support,billing,content,compliance,reporting,security' 'Their admin role; none: a member.'
            printf '%s\t%s\n' '--champion=none,champion,grand,epic' 'Champion level.'
            printf '%s\t%s\n' '--language=en,ja,id' 'en, ja or id.'
            printf '%s\t%s\n' '--timezone=' 'Their zone; default the team\'s.'
            printf '%s\t%s\n' '--region=' 'Of their phone, as in ID.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'team people set'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'team people remove'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'desk'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'desk check'
            __pscli_common
        case 'desk backup'
            printf '%s\t%s\n' '--to=@file' 'A new file.'
            printf '%s\t%s\n' '--force' 'Replace a file that is there.'
            __pscli_common
        case 'desk export'
            printf '%s\t%s\n' '--to=@file' 'A .csv or .jsonl file; - is stdout.'
            printf '%s\t%s\n' '--force' 'Replace a file that is there.'
            __pscli_common
        case 'desk restore'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'desk policy'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'desk policy show'
            __pscli_common
        case 'desk policy check'
            __pscli_common
        case 'desk policy set'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'desk import'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'desk import tickets'
            printf '%s\t%s\n' '--map=@file' 'How its fields become ours: TOML.'
            printf '%s\t%s\n' '--team=@team' 'Whose tickets they become.'
            printf '%s\t%s\n' '--as-requester=' 'Whose they are where none is named.'
            printf '%s\t%s\n' '--date=' 'When they began where nothing says.'
            printf '%s\t%s\n' '--strict' 'Refuse what cannot have been.'
            printf '%s\t%s\n' '-y' 'Agree without being asked.'
            printf '%s\t%s\n' '--yes' 'Agree without being asked.'
            printf '%s\t%s\n' '--dry-run' 'Show what would be; change nothing.'
            printf '%s\t%s\n' '--idempotency-key=' 'Done once per key.'
            __pscli_common
        case 'desk audit'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'desk audit list'
            printf '%s\t%s\n' '--team=@team' 'Only of this team.'
            printf '%s\t%s\n' '--who=' 'Only by this person.'
            printf '%s\t%s\n' '--since=' 'From this day or instant on.'
            printf '%s\t%s\n' '--operation=' 'Only this operation.'
            printf '%s\t%s\n' '--limit=' 'How many.'
            printf '%s\t%s\n' '--all' 'Every one, page after page.'
            printf '%s\t%s\n' '--cursor=' 'Go on after a page: its `next`.'
            __pscli_common
        case 'rules'
            __pscli_common
        case 'completion'
            printf '%s\t%s\n' '-h' 'Show this message and exit.'
            printf '%s\t%s\n' '--help' 'Show this message and exit.'
        case 'completion show'
            __pscli_common
        case 'completion install'
            printf '%s\t%s\n' '--force' 'Replace a file that pscli did not write.'
            __pscli_common
        case 'serve'
            printf '%s\t%s\n' '--host=' 'The address to listen on.'
            printf '%s\t%s\n' '--port=' '0 takes any that is free.'
            printf '%s\t%s\n' '--database=' 'A file or a postgresql:// address.'
            printf '%s\t%s\n' '--workers=' 'How many processes.'
            __pscli_common
    end
end

function __pscli_common # options of every command
    printf '%s\t%s\n' '-o=table,json,jsonl,csv,tsv' 'How to print the result.'
    printf '%s\t%s\n' '--output=table,json,jsonl,csv,tsv' 'How to print the result.'
    printf '%s\t%s\n' '--fields=' 'Which fields.'
    printf '%s\t%s\n' '--no-header' 'No header in csv and tsv.'
    printf '%s\t%s\n' '--profile=@profile' 'Which profile.'
    printf '%s\t%s\n' '--as=' 'Whom to act as, locally.'
    printf '%s\t%s\n' '--quiet' 'No hints and notices.'
    printf '%s\t%s\n' '--debug' 'Request ids and traceback.'
    printf '%s\t%s\n' '--color=auto,always,never' 'When to colour.'
    printf '%s\t%s\n' '-h' 'Show this message and exit.'
    printf '%s\t%s\n' '--help' 'Show this message and exit.'
end

function __pscli_arguments # what the arguments of the command of these words can be
    switch "$argv[1]"
        case 'token revoke'
            printf '%s\n' '-'
        case 'profile show'
            printf '%s\n' '@profile'
        case 'profile set'
            printf '%s\n' '@profile' '-...'
        case 'profile use'
            printf '%s\n' '@profile'
        case 'profile remove'
            printf '%s\n' '@profile'
        case 'billing apply'
            printf '%s\n' '@file'
        case 'billing addon preview'
            printf '%s\n' 'essentials,enhanced'
        case 'billing addon add'
            printf '%s\n' 'essentials,enhanced'
        case 'billing addon remove'
            printf '%s\n' 'essentials,enhanced'
        case 'billing invoices show'
            printf '%s\n' '-'
        case 'hub tickets show'
            printf '%s\n' '@ticket'
        case 'hub tickets reply'
            printf '%s\n' '@ticket'
        case 'hub tickets solve'
            printf '%s\n' '@ticket'
        case 'hub tickets attachment'
            printf '%s\n' '@ticket' '-'
        case 'contact callback'
            printf '%s\n' '-'
        case 'contact sales'
            printf '%s\n' 'essentials,enhanced'
        case 'contact requests show'
            printf '%s\n' '@ticket'
        case 'contact requests reply'
            printf '%s\n' '@ticket'
        case 'contact requests solve'
            printf '%s\n' '@ticket'
        case 'contact requests attachment'
            printf '%s\n' '@ticket' '-'
        case 'support show'
            printf '%s\n' '@asking' '@case'
        case 'support reply'
            printf '%s\n' '@asking' '@case'
        case 'support note'
            printf '%s\n' '@asking' '@case'
        case 'support solve'
            printf '%s\n' '@asking' '@case'
        case 'support take'
            printf '%s\n' '@asking' '@case'
        case 'support release'
            printf '%s\n' '@asking' '@case'
        case 'support assign'
            printf '%s\n' '@asking' '@case' '@agent'
        case 'support retype'
            printf '%s\n' '@asking' '@case'
        case 'support attachment'
            printf '%s\n' '@asking' '@case' '-'
        case 'support chat'
            printf '%s\n' '-'
        case 'support call'
            printf '%s\n' '-'
        case 'support grant'
            printf '%s\n' '@asking' 'essentials,enhanced'
        case 'support revoke'
            printf '%s\n' '@asking' 'essentials,enhanced'
        case 'support agents add'
            printf '%s\n' '-'
        case 'support agents remove'
            printf '%s\n' '@agent'
        case 'team show'
            printf '%s\n' '@team'
        case 'team create'
            printf '%s\n' '-'
        case 'team set'
            printf '%s\n' '@team' '-...'
        case 'team people add'
            printf '%s\n' '-'
        case 'team people set'
            printf '%s\n' '-' '-...'
        case 'team people remove'
            printf '%s\n' '-'
        case 'desk restore'
            printf '%s\n' '@file'
        case 'desk policy check'
            printf '%s\n' '@file'
        case 'desk policy set'
            printf '%s\n' '@file'
        case 'desk import tickets'
            printf '%s\n' '@file'
        case 'rules'
            printf '%s\n' '@rule'
        case 'completion show'
            printf '%s\n' 'bash,zsh,fish,powershell'
        case 'completion install'
            printf '%s\n' 'bash,zsh,fish,powershell'
    end
end

function __pscli_values # what a kind of value can be: nothing, closed words, files, the desk's
    set -l kind $argv[1]
    set -l prefix $argv[2]
    switch "$kind"
        case ''
        case @file
            set -l current (commandline -ct)
            for path in (__fish_complete_path (string replace -- "$prefix" '' $current))
                printf '%s\n' "$prefix$path"
            end
        case '@*'
            set -l asked (string sub -s 2 -- $kind)
            for value in ($argv[3] _complete $asked "$argv[4]" "$argv[5]" $argv[6..-1] </dev/null 2>/dev/null)
                printf '%s\n' "$prefix$value"
            end
        case '*'
            for value in (string split , -- $kind)
                printf '%s\n' "$prefix$value"
            end
    end
end

function __pscli_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l place ''
    set -l taking ''
    set -l plain ''
    set -l profile ''
    set -l act_as ''
    set -l given
    set -l options (__pscli_options '')
    set -l commands (__pscli_commands '')
    for word in $words[2..-1]
        if test -n "$taking"
            test $taking = --profile; and set profile $word
            test $taking = --as; and set act_as $word
            set taking ''
        else if test -z "$plain" -a "x$word" = x--
            set plain 1
        else if test -z "$plain"; and string match -q -- '--*=*' $word
            set -l pair (string split -m 1 = -- $word)
            test $pair[1] = --profile; and set profile $pair[2]
            test $pair[1] = --as; and set act_as $pair[2]
        else if test -z "$plain"; and string match -q -- '-?*' $word
            string match -q -- "$word=*" $options; and set taking $word
        else if test (count $given) -eq 0; and string match -q -- "$word"\t'*' $commands
            set place (string trim -- "$place $word")
            set options (__pscli_options $place)
            set commands (__pscli_commands $place)
        else
            set -a given $word
        end
    end
    set -l prefix ''
    if test -z "$taking" -a -z "$plain"; and string match -q -- '--*=*' $current
        set taking (string split -m 1 = -- $current)[1]
        set prefix "$taking="
    end
    set -l kind
    if test -n "$taking"
        set -l option (string match -- "$taking=*" $options)[1]
        set kind (string replace -- "$taking=" '' (string split \t -- $option)[1])
    else if test -z "$plain"; and string match -q -- '-*' $current
        string replace -r '=[^\t]*' '' -- $options
        return
    else if test (count $given) -eq 0 -a (count $commands) -gt 0
        printf '%s\n' $commands
        return
    else
        set -l kinds (__pscli_arguments $place)
        set -l number (math (count $given) + 1)
        if test $number -gt (count $kinds); and string match -q -- '*...' "$kinds[-1]"
            set number (count $kinds)
        end
        set kind (string replace -r '^-|\.\.\.$' '' -a -- "$kinds[$number]")
    end
    __pscli_values "$kind" "$prefix" "$program" "$profile" "$act_as" $given
end

complete -c pscli -e
complete -c pscli -f -k -a '(__pscli_complete)'
