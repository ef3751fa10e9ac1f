# bash completion for pscli, generated: see `pscli completion install bash`.
#
# Commands, options and closed words stand here; only what the desk knows is asked for, with
# `pscli _complete`. No word of a command line or of a desk is ever evaluated.

_pscli_command() {  # commands, options and arguments after these words
  local common='--fields= --no-header --profile=@profile --as= --quiet --no-pager --debug --color=auto,always,never -h --help'
  commands='' options='' arguments=''
  case $1 in
    '')
      commands='init whoami auth token profile billing hub contact insights consultation meeting recommendations support team desk rules completion serve doctor'
      options="--version -h --help"
      ;;
    'init')
      options="--demo --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'whoami')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'auth')
      commands='login status logout'
      options="-h --help"
      ;;
    'auth login')
      options="--server= --with-token --insecure-storage --allow-insecure -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'auth status')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'auth logout')
      options="--revoke -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'token')
      commands='create list revoke'
      options="-h --help"
      ;;
    'token create')
      options="--for= --name= --expires= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'token list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'token revoke')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'profile')
      commands='list show set use remove'
      options="-h --help"
      ;;
    'profile list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'profile show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@profile'
      ;;
    'profile set')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@profile database=,server=,act_as=,region=,timezone=,allow_insecure=...'
      ;;
    'profile use')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@profile'
      ;;
    'profile remove')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@profile'
      ;;
    'billing')
      commands='show apply addon invoices'
      options="-h --help"
      ;;
    'billing show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'billing apply')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'billing addon')
      commands='list preview add remove'
      options="-h --help"
      ;;
    'billing addon list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'billing addon preview')
      options="--product=dropbox,dash,sign,docsend,replay,paper -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='essentials,enhanced'
      ;;
    'billing addon add')
      options="--product=dropbox,dash,sign,docsend,replay,paper --quote= --max-amount= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='essentials,enhanced'
      ;;
    'billing addon remove')
      options="--product=dropbox,dash,sign,docsend,replay,paper -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='essentials,enhanced'
      ;;
    'billing invoices')
      commands='list show'
      options="-h --help"
      ;;
    'billing invoices list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'billing invoices show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='-'
      ;;
    'hub')
      commands='tickets'
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'hub tickets')
      commands='list show reply solve attachment'
      options="-h --help"
      ;;
    'hub tickets list')
      options="--status=open,pending,solved,unsolved --product=dropbox,dash,sign,docsend,replay,paper --type=@type --channel=request,chat,callback --language=en,ja --since= --until= --timezone= --search= --sort=created,updated,due -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'hub tickets show')
      options="--watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@ticket'
      ;;
    'hub tickets reply')
      options="--body= --body-file=@file --attach=@file --solve -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@ticket'
      ;;
    'hub tickets solve')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@ticket'
      ;;
    'hub tickets attachment')
      options="--to=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@ticket -'
      ;;
    'contact')
      commands='options submit chat callback sales requests'
      options="-h --help"
      ;;
    'contact options')
      options="--product=dropbox,dash,sign,docsend,replay,paper --language=en,ja --at= --channel=request,chat,callback --check -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'contact submit')
      options="--subject= --body= --body-file=@file --product=dropbox,dash,sign,docsend,replay,paper --type=@type --language=en,ja --urgent --attach=@file --cc= --follows=@ticket --no-suggest -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'contact chat')
      options="--product=dropbox,dash,sign,docsend,replay,paper --language=en,ja --or-request -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'contact callback')
      options="--region= --product=dropbox,dash,sign,docsend,replay,paper --language=en,ja --urgent --or-request --status --cancel --watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'contact sales')
      options="--product=dropbox,dash,sign,docsend,replay,paper --body= --body-file=@file -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='essentials,enhanced'
      ;;
    'contact requests')
      commands='list show reply solve attachment'
      options="-h --help"
      ;;
    'contact requests list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'contact requests show')
      options="--watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@ticket'
      ;;
    'contact requests reply')
      options="--body= --body-file=@file --attach=@file --solve -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@ticket'
      ;;
    'contact requests solve')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@ticket'
      ;;
    'contact requests attachment')
      options="--to=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@ticket -'
      ;;
    'insights')
      commands='export'
      options="--since= --until= --by=day,week,month --timezone= --scope=own,team -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'insights export')
      options="--to=@file -o=csv,json,xlsx,html --output=csv,json,xlsx,html --period= --since= --until= --by=day,week,month --timezone= --scope=own,team --force $common"
      ;;
    'consultation')
      commands='slots show list book rebook cancel'
      options="-h --help"
      ;;
    'consultation slots')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'consultation show')
      options="--product=dropbox,dash,sign,docsend,replay,paper --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'consultation list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'consultation book')
      options="--product=dropbox,dash,sign,docsend,replay,paper --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'consultation rebook')
      options="--product=dropbox,dash,sign,docsend,replay,paper --id= --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'consultation cancel')
      options="--product=dropbox,dash,sign,docsend,replay,paper --id= --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'meeting')
      commands='slots show list book rebook cancel brief'
      options="-h --help"
      ;;
    'meeting slots')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'meeting show')
      options="--product=dropbox,dash,sign,docsend,replay,paper --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'meeting list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'meeting book')
      options="--product=dropbox,dash,sign,docsend,replay,paper --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'meeting rebook')
      options="--product=dropbox,dash,sign,docsend,replay,paper --id= --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'meeting cancel')
      options="--product=dropbox,dash,sign,docsend,replay,paper --id= --ics=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'meeting brief')
      options="--quarter= --html=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'recommendations')
      commands='open'
      options="--limit= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'recommendations open')
      options="--no-browser -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'support')
      commands='queue show reply note solve take release assign retype attachment chats chat callbacks call metrics meetings brief sales grant revoke agents'
      options="-h --help"
      ;;
    'support queue')
      options="--status=open,pending,solved,unsolved --team=@asking --product=dropbox,dash,sign,docsend,replay,paper --type=@type --channel=request,chat,callback --language=en,ja --mine --unassigned --watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@asking @case'
      ;;
    'support reply')
      options="--body= --body-file=@file --link= --attach=@file --solve -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support note')
      options="--body= --body-file=@file -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support solve')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support take')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support release')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support assign')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case @agent'
      ;;
    'support retype')
      options="--type=@type --product=dropbox,dash,sign,docsend,replay,paper -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking @case'
      ;;
    'support attachment')
      options="--to=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@asking @case -'
      ;;
    'support chats')
      options="--watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support chat')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'support callbacks')
      options="--watch -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support call')
      options="--outcome=reached,no-answer --body= --body-file=@file -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'support metrics')
      options="--since= --until= --timezone= --team=@asking -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'support meetings')
      options="--team=@asking --mine -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support brief')
      options="--quarter= --html=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@asking'
      ;;
    'support sales')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support grant')
      options="--product=dropbox,dash -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking essentials,enhanced'
      ;;
    'support revoke')
      options="--product=dropbox,dash --now -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@asking essentials,enhanced'
      ;;
    'support agents')
      commands='add list remove'
      options="-h --help"
      ;;
    'support agents add')
      options="--role=agent,sales,operator --name= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'support agents list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'support agents remove')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@agent'
      ;;
    'team')
      commands='list show create set people usage'
      options="-h --help"
      ;;
    'team list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'team show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@team'
      ;;
    'team create')
      options="--plan=standard,advanced,business,business_plus,enterprise --products= --licences= --cycle=monthly,annual --anchor= --currency= --timezone= --account-executive --self-serve --no-self-serve -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'team set')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@team plan=,products=,timezone=,account_executive=,self_serve=,licences=,cycle=,currency=,anchor=,billing_timezone=...'
      ;;
    'team people')
      commands='list add set remove'
      options="-h --help"
      ;;
    'team people list')
      options="--team=@team -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'team people add')
      options="--team=@team --name= --role=team,user_management,support,billing,content,compliance,reporting,security --champion=none,champion,grand,epic --language=en,ja,id --timezone= --region= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'team people set')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='- name=,role=,champion=,status=,language=,timezone=,region=...'
      ;;
    'team people remove')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'team usage')
      commands='import show'
      options="-h --help"
      ;;
    'team usage import')
      options="--team=@team --partial -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'team usage show')
      options="--team=@team --quarter= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'desk')
      commands='check backup export restore policy import audit catalogue digest mail'
      options="-h --help"
      ;;
    'desk check')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'desk backup')
      options="--to=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'desk export')
      options="--to=@file --force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'desk restore')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'desk policy')
      commands='show check set'
      options="-h --help"
      ;;
    'desk policy show')
      options="--toml -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'desk policy check')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@file'
      ;;
    'desk policy set')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'desk import')
      commands='tickets'
      options="-h --help"
      ;;
    'desk import tickets')
      options="--map=@file --team=@team --as-requester= --date= --strict -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'desk audit')
      commands='list'
      options="-h --help"
      ;;
    'desk audit list')
      options="--team=@team --who= --since= --operation= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'desk catalogue')
      commands='list import'
      options="-h --help"
      ;;
    'desk catalogue list')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'desk catalogue import')
      options="--prune -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='@file'
      ;;
    'desk digest')
      commands='run'
      options="-h --help"
      ;;
    'desk digest run')
      options="--quarter= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'desk mail')
      commands='send list retry'
      options="-h --help"
      ;;
    'desk mail send')
      options="--smtp= --to-folder=@file --timeout= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      ;;
    'desk mail list')
      options="--state=queued,claimed,handing,sent,failed,doubtful -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv --limit= --all --cursor= $common"
      ;;
    'desk mail retry')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv -y --yes --dry-run --idempotency-key= $common"
      arguments='-'
      ;;
    'rules')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='@rule'
      ;;
    'completion')
      commands='show install'
      options="-h --help"
      ;;
    'completion show')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='bash,zsh,fish,powershell'
      ;;
    'completion install')
      options="--force -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      arguments='bash,zsh,fish,powershell'
      ;;
    'serve')
      options="--host= --port= --database= --workers= -o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
    'doctor')
      options="-o=table,json,jsonl,csv,tsv --output=table,json,jsonl,csv,tsv $common"
      ;;
  esac
}

_pscli_note() {  # an option's value that says where the desk is
  case $1 in
    --profile) profile=$2 ;;
    --as) act_as=$2 ;;
  esac
}

_pscli_split() {  # the line up to the cursor as words without their quotes; the last is current
  local line=${COMP_LINE:0:COMP_POINT} word='' open='' started='' i character
  words=()
  for ((i = 0; i < ${#line}; i++)); do
    character=${line:i:1}
    case $open$character in
      [[:blank:]]) [[ -n $started ]] && words+=("$word"); word='' started='' ;;
      \'|\") open=$character started=1 ;;
      "''"|'""') open='' ;;
      \\*|'"\') ((i += 1)); word+=${line:i:1} started=1 ;;
      *) word+=$character started=1 ;;
    esac
  done
  words+=("$word")
  quote=$open
}

_pscli_offer() {  # each of these lines that goes on what was typed
  local value shown strip=${current%"${current##*[=:@]}"}
  [[ $COMP_WORDBREAKS == *[=:@]* ]] || strip=''
  while IFS= read -r value; do
    [[ -n $value && $prefix$value == "$current"* ]] || continue
    value=$prefix$value
    value=${value#"$strip"}
    if [[ -z $quote ]]; then
      printf -v shown '%q' "$value"
      [[ $value == *[!A-Za-z0-9.,_@%+=:/-]* ]] && value=$shown
    fi
    COMPREPLY+=("$value")
  done
}

_pscli_values() {  # what a kind of value can be: nothing, closed words, files, or the desk's
  case $1 in
    '') ;;
    @file)
      compopt -o default 2>/dev/null || # readline's own, which knows quotes and tildes
        _pscli_offer < <(compgen -f -- "${current#"$prefix"}")
      ;;
    @*)
      compopt -o nosort 2>/dev/null # the newest ticket first, where bash can
      _pscli_offer < <(
        "$program" _complete "${1#@}" "$profile" "$act_as" "${given[@]}" </dev/null 2>/dev/null
      )
      ;;
    *)
      [[ $1 == *= ]] && compopt -o nospace 2>/dev/null # keys, which their values follow
      _pscli_offer <<<"${1//,/$'\n'}"
      ;;
  esac
}

_pscli() {
  local IFS=$' \t\n' program=${1/#\~/$HOME} commands options arguments quote
  local place='' taking='' plain='' profile='' act_as='' prefix='' word option name
  local -a words given=()
  COMPREPLY=()
  _pscli_split
  local current=${words[${#words[@]}-1]} i
  _pscli_command ''
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $taking ]]; then
      _pscli_note "$taking" "$word"
      taking=''
    elif [[ -z $plain && $word == -- ]]; then
      plain=1
    elif [[ -z $plain && $word == --*=* ]]; then
      _pscli_note "${word%%=*}" "${word#*=}"
    elif [[ -z $plain && $word == -?* ]]; then
      [[ " $options " == *" $word="* ]] && taking=$word
    elif [[ ${#given[@]} -eq 0 && " $commands " == *" $word "* ]]; then
      place="${place:+$place }$word"
      _pscli_command "$place"
    else
      given+=("$word")
    fi
  done
  if [[ -z $taking && -z $plain && $current == --*=* ]]; then
    taking=${current%%=*}
    prefix="$taking="
  fi
  if [[ -n $taking ]]; then
    for option in $options; do
      [[ $option == "$taking="* ]] && _pscli_values "${option#*=}"
    done
  elif [[ -z $plain && $current == -* ]]; then
    for option in $options; do
      name=${option%%=*}
      [[ $name == "$current"* ]] && COMPREPLY+=("$name")
    done
  elif [[ ${#given[@]} -eq 0 && -n $commands ]]; then
    _pscli_offer <<<"${commands// /$'\n'}"
  else
    local -a kinds
    read -ra kinds <<<"$arguments"
    i=${#given[@]}
    if ((${#kinds[@]} && i >= ${#kinds[@]})) && [[ ${kinds[${#kinds[@]}-1]} == *... ]]; then
      i=$((${#kinds[@]} - 1))
    fi
    name=${kinds[i]:-}
    name=${name#-}
    _pscli_values "${name%...}"
  fi
}

complete -F _pscli pscli
