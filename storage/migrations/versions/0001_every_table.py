"""Every table."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('shop', sa.String(), nullable=False),
    sa.Column('matter', sa.String(), nullable=False),
    sa.Column('ladder', columns.Json(), nullable=False),
    sa.Column('since', columns.UtcDateTime(), nullable=True),
    sa.Column('opened_at', columns.UtcDateTime(), nullable=False),
    sa.Column('changed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('claimed_by', sa.String(), nullable=False),
    sa.Column('claimed_at', columns.UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=False),
    sa.Column('closed_at', columns.UtcDateTime(), nullable=True),
    sa.Column('closing', sa.String(), nullable=False),
    sa.Column('muted_until', columns.UtcDateTime(), nullable=True),
    sa.Column('escalate_at', columns.UtcDateTime(), nullable=True),
    sa.Column('escalated', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('helper', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_conversation'), ['conversation'], unique=False)
        batch_op.create_index('ix_alert_escalate', ['escalate_at'], unique=False, sqlite_where=sa.text('escalate_at IS NOT NULL'), postgresql_where=sa.text('escalate_at IS NOT NULL'))
        batch_op.create_index('uq_alert_open', ['conversation', 'kind'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('alert_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('alert_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_step_alert'), ['alert'], unique=False)

    op.create_table('appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('filed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('first', sa.String(), nullable=False),
    sa.Column('judge', sa.String(), nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('reminded', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index('ix_appeal_open', ['due_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_appeal_person'), ['person'], unique=False)

    op.create_table('appealed',
    sa.Column('finding', sa.Integer(), nullable=False),
    sa.Column('appeal', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('finding')
    )
    with op.batch_alter_table('appealed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appealed_appeal'), ['appeal'], unique=False)

    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('detail', columns.Json(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('seal', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('place')
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_subject'), ['subject'], unique=False)

    op.create_table('ballot',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('choice', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('alarm', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('case', 'person')
    )
    op.create_table('ballot_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('choice', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('alarm', sa.String(), nullable=False),
    sa.Column('surface', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('ballot_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_step_case'), ['case'], unique=False)

    op.create_table('binding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('hours', sa.String(), nullable=False),
    sa.Column('since', sa.String(), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('binding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_binding_account'), ['account'], unique=False)

    op.create_table('briefing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('plain', sa.Boolean(), nullable=False),
    sa.Column('sent_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('team', 'day', name='uq_briefing')
    )
    op.create_table('briefing_read',
    sa.Column('briefing', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('briefing', 'person')
    )
    op.create_table('call',
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('chat', 'month')
    )
    op.create_table('case_',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('quote', sa.String(), nullable=False),
    sa.Column('says', sa.String(), nullable=False),
    sa.Column('found_at', columns.UtcDateTime(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('tactic', sa.String(), nullable=False),
    sa.Column('product', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('turning', sa.String(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('wording', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('review_at', columns.UtcDateTime(), nullable=True),
    sa.Column('collected_by', sa.String(), nullable=False),
    sa.Column('collected_at', columns.UtcDateTime(), nullable=True),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('case_', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case__account'), ['account'], unique=False)
        batch_op.create_index(batch_op.f('ix_case__conversation'), ['conversation'], unique=False)

    op.create_table('case_token',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('token', 'case')
    )
    with op.batch_alter_table('case_token', schema=None) as batch_op:
        batch_op.create_index('ix_case_token_case', ['case'], unique=False)

    op.create_table('case_use',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('case', 'person', 'day')
    )
    op.create_table('case_wording',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('approved_by', sa.String(), nullable=False),
    sa.Column('approved_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('case', 'version')
    )
    op.create_table('cheer',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('case', 'person', 'kind')
    )
    op.create_table('conversation',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('shop', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('customer_id', sa.String(), nullable=False),
    sa.Column('customer_name', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('rating_score', sa.Integer(), nullable=True),
    sa.Column('rating_comment', sa.String(), nullable=False),
    sa.Column('rated_at', columns.UtcDateTime(), nullable=True),
    sa.Column('look_again_at', columns.UtcDateTime(), nullable=True),
    sa.Column('risk', sa.Float(), nullable=False),
    sa.Column('star', sa.Float(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('unchecked', columns.Json(), nullable=False),
    sa.Column('first_at', columns.UtcDateTime(), nullable=True),
    sa.Column('last_at', columns.UtcDateTime(), nullable=True),
    sa.Column('screened_at', columns.UtcDateTime(), nullable=True),
    sa.Column('faded', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('link')
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_held', ['source', 'agent'], unique=False, sqlite_where=sa.text("status != 'resolved' AND agent != ''"), postgresql_where=sa.text("status != 'resolved' AND agent != ''"))
        batch_op.create_index('ix_conversation_last_at', ['last_at'], unique=False)
        batch_op.create_index('ix_conversation_look_again', ['look_again_at'], unique=False, sqlite_where=sa.text('look_again_at IS NOT NULL'), postgresql_where=sa.text('look_again_at IS NOT NULL'))

    op.create_table('criterion',
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('proposed', sa.String(), nullable=False),
    sa.Column('because', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('rule')
    )
    op.create_table('cursor',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('source')
    )
    op.create_table('decision_',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('counts', columns.Json(), nullable=False),
    sa.Column('margin', sa.Float(), nullable=False),
    sa.Column('because', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('alarm', sa.String(), nullable=False),
    sa.Column('wording', sa.String(), nullable=False),
    sa.Column('wording_votes', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('change', sa.Integer(), nullable=True),
    sa.Column('rerun', sa.String(), nullable=False),
    sa.Column('told', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('case', 'version', name='uq_decision')
    )
    op.create_table('digest_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('made_at', columns.UtcDateTime(), nullable=False),
    sa.Column('sent_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('digest_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_item_person'), ['person'], unique=False)

    op.create_table('disclosure',
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('post', sa.String(), nullable=False),
    sa.Column('wanted_at', columns.UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('person', 'version')
    )
    with op.batch_alter_table('disclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_post'), ['post'], unique=False)

    op.create_table('drill',
    sa.Column('goal', sa.Integer(), nullable=False),
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('right', sa.Boolean(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('goal', 'case')
    )
    op.create_table('duty_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('names', columns.Json(), nullable=False),
    sa.Column('begins', columns.UtcDateTime(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('duty_change', schema=None) as batch_op:
        batch_op.create_index('ix_duty_change_until', ['until'], unique=False)

    op.create_table('figure_block',
    sa.Column('since', sa.String(), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.Column('stamp', sa.String(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('since', 'until')
    )
    op.create_table('figure_cell',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('left_out', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'day')
    )
    with op.batch_alter_table('figure_cell', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_cell_day'), ['day'], unique=False)

    op.create_table('figure_day',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('pack', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('tallies', columns.Json(), nullable=False),
    sa.Column('rolled_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'pack', 'day')
    )
    with op.batch_alter_table('figure_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_day_day'), ['day'], unique=False)

    op.create_table('figure_trail',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('told', columns.Json(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'day')
    )
    with op.batch_alter_table('figure_trail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_trail_day'), ['day'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('check_id', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('quote', sa.String(), nullable=False),
    sa.Column('says', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('advice', sa.String(), nullable=False),
    sa.Column('found_at', columns.UtcDateTime(), nullable=False),
    sa.Column('standing', sa.Boolean(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('judged_by', sa.String(), nullable=False),
    sa.Column('judged_at', columns.UtcDateTime(), nullable=True),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation', 'check_id', 'message', name='uq_finding')
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_account'), ['account'], unique=False)
        batch_op.create_index('ix_finding_found_at', ['found_at'], unique=False)

    op.create_table('gathered',
    sa.Column('gathering', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Integer(), nullable=False),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('gathering', 'alert')
    )
    with op.batch_alter_table('gathered', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gathered_alert'), ['alert'], unique=False)

    op.create_table('gathering',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('opened_at', columns.UtcDateTime(), nullable=False),
    sa.Column('speak_at', columns.UtcDateTime(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=False),
    sa.Column('drawn_at', columns.UtcDateTime(), nullable=True),
    sa.Column('called_at', columns.UtcDateTime(), nullable=True),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('done_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kind', 'chat', 'room', 'topic', 'slot', name='uq_gathering')
    )
    with op.batch_alter_table('gathering', schema=None) as batch_op:
        batch_op.create_index('ix_gathering_open', ['id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('goal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('since', sa.String(), nullable=False),
    sa.Column('set_by', sa.String(), nullable=False),
    sa.Column('set_at', columns.UtcDateTime(), nullable=False),
    sa.Column('ended_by', sa.String(), nullable=False),
    sa.Column('ended_at', columns.UtcDateTime(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.create_index('ix_goal_person', ['person', 'state'], unique=False)

    op.create_table('happening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_happening_conversation'), ['conversation'], unique=False)
        batch_op.create_index('ix_happening_invited', ['conversation', 'at'], unique=False, sqlite_where=sa.text("kind = 'invited'"), postgresql_where=sa.text("kind = 'invited'"))

    op.create_table('heard',
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('chat', 'event')
    )
    op.create_table('highlight',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('consent', sa.String(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('asked_at', columns.UtcDateTime(), nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('shown_at', columns.UtcDateTime(), nullable=True),
    sa.Column('withdrawn_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('case')
    )
    with op.batch_alter_table('highlight', schema=None) as batch_op:
        batch_op.create_index('ix_highlight_due', ['due_at'], unique=False, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('honour',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('since', sa.String(), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.Column('span', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed', columns.Json(), nullable=False),
    sa.Column('clear', sa.Boolean(), nullable=False),
    sa.Column('winners', columns.Json(), nullable=False),
    sa.Column('formula', sa.String(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('proposed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('award', 'team', 'since', 'until', name='uq_honour')
    )
    with op.batch_alter_table('honour', schema=None) as batch_op:
        batch_op.create_index('ix_honour_open', ['proposed_at'], unique=False, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.create_table('honour_consent',
    sa.Column('honour', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('honour', 'person')
    )
    op.create_table('inbox',
    sa.Column('id', columns.BigId(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('received_at', columns.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('done_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_conversation', ['conversation', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.create_index('ix_inbox_waiting', ['id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('asked_at', columns.UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('lease_until', columns.UtcDateTime(), nullable=True),
    sa.Column('done_at', columns.UtcDateTime(), nullable=True),
    sa.Column('says', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_waiting', ['id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('login_link',
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('made_at', columns.UtcDateTime(), nullable=False),
    sa.Column('expires_at', columns.UtcDateTime(), nullable=False),
    sa.Column('used_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('hash')
    )
    with op.batch_alter_table('login_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_link_expires_at'), ['expires_at'], unique=False)

    op.create_table('message',
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('speaker', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('signals', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('conversation', 'id')
    )
    op.create_table('model',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', columns.UtcDateTime(), nullable=False),
    sa.Column('used_at', columns.UtcDateTime(), nullable=True),
    sa.Column('left', sa.String(), nullable=False),
    sa.Column('verdicts', sa.Integer(), nullable=False),
    sa.Column('figures', columns.Json(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('model', schema=None) as batch_op:
        batch_op.create_index('uq_model_in_use', ['kind'], unique=True, sqlite_where=sa.text("state = 'in_use'"), postgresql_where=sa.text("state = 'in_use'"))

    op.create_table('mute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('shown', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.create_index('ix_mute_until', ['until'], unique=False)

    op.create_table('nomination',
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('person', 'by', 'day')
    )
    op.create_table('occurrence',
    sa.Column('job', sa.String(), nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=False),
    sa.Column('ran_at', columns.UtcDateTime(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('job', 'due_at')
    )
    op.create_table('opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('real', sa.Boolean(), nullable=True),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('wording', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('alert', name='uq_opinion')
    )
    with op.batch_alter_table('opinion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_criterion'), ['criterion'], unique=False)

    op.create_table('opinion_stage',
    sa.Column('criterion', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('agreed', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.Column('changed_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('criterion')
    )
    op.create_table('order_',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('customer', sa.String(), nullable=False),
    sa.Column('shop', sa.String(), nullable=False),
    sa.Column('paid_at', columns.UtcDateTime(), nullable=True),
    sa.Column('items', columns.Json(), nullable=False),
    sa.Column('refunded_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('source', 'id')
    )
    with op.batch_alter_table('order_', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order__customer'), ['customer'], unique=False)

    op.create_table('outcome_day',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('told', columns.Json(), nullable=False),
    sa.Column('made_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'day')
    )
    with op.batch_alter_table('outcome_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outcome_day_day'), ['day'], unique=False)

    op.create_table('point',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('honour', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('confirmed_by', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('point', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_point_honour'), ['honour'], unique=False)
        batch_op.create_index(batch_op.f('ix_point_person'), ['person'], unique=False)

    op.create_table('poll_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('finding', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('excerpt', columns.Json(), nullable=False),
    sa.Column('own', columns.Json(), nullable=False),
    sa.Column('heard', sa.String(), nullable=False),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.Column('drawn', sa.Integer(), nullable=False),
    sa.Column('drawn_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation', 'message', name='uq_poll_case')
    )
    with op.batch_alter_table('poll_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_case_session'), ['session'], unique=False)

    op.create_table('poll_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=False),
    sa.Column('opened_at', columns.UtcDateTime(), nullable=True),
    sa.Column('closes_at', columns.UtcDateTime(), nullable=True),
    sa.Column('ends_at', columns.UtcDateTime(), nullable=True),
    sa.Column('confirmed_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('due_at')
    )
    with op.batch_alter_table('poll_session', schema=None) as batch_op:
        batch_op.create_index('ix_poll_session_going_on', ['state'], unique=False, sqlite_where=sa.text("state NOT IN ('closed', 'dropped')"), postgresql_where=sa.text("state NOT IN ('closed', 'dropped')"))

    op.create_table('post',
    sa.Column('key', sa.String(length=50), nullable=False),
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('card', columns.Json(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('session', sa.String(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=False),
    sa.Column('lease_until', columns.UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('uncertain', sa.Boolean(), nullable=False),
    sa.Column('dead', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.Column('shown_at', columns.UtcDateTime(), nullable=True),
    sa.Column('shown_look', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_due', ['due_at'], unique=False, sqlite_where=sa.text('shown < wanted AND dead = 0'), postgresql_where=sa.text('shown < wanted AND NOT dead'))
        batch_op.create_index('ix_post_room', ['room', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_subject'), ['subject'], unique=False)

    op.create_table('quarantine',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('received_at', columns.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('quarantine', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quarantine_received_at'), ['received_at'], unique=False)

    op.create_table('reveal',
    sa.Column('session', sa.String(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('session', 'conversation')
    )
    with op.batch_alter_table('reveal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reveal_until'), ['until'], unique=False)

    op.create_table('review',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('order', sa.String(), nullable=False),
    sa.Column('customer', sa.String(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('has_picture', sa.Boolean(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('source', 'order')
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_customer'), ['customer'], unique=False)

    op.create_table('review_day',
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('chance', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('review_sample',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('chance', sa.Float(), nullable=False),
    sa.Column('sampled_at', columns.UtcDateTime(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('called', sa.Boolean(), nullable=False),
    sa.Column('reviewed_by', sa.String(), nullable=False),
    sa.Column('reviewed_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('day', 'conversation', name='uq_review_sample')
    )
    op.create_table('room_budget',
    sa.Column('chat', sa.String(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('moment', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('chat', 'room', 'moment')
    )
    op.create_table('rule_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=False),
    sa.Column('undone_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('rule', 'version', 'what', 'value', 'link', name='uq_rule_change')
    )
    with op.batch_alter_table('rule_change', schema=None) as batch_op:
        batch_op.create_index('ix_rule_change_accepted', ['id'], unique=False, sqlite_where=sa.text("state = 'accepted'"), postgresql_where=sa.text("state = 'accepted'"))

    op.create_table('sandbox_picture',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('sandbox_post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('body', columns.Json(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('sandbox_post', schema=None) as batch_op:
        batch_op.create_index('ix_sandbox_post_room', ['room', 'id'], unique=False)

    op.create_table('seen',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('hash'),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('seen', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seen_at'), ['at'], unique=False)

    op.create_table('session',
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('made_at', columns.UtcDateTime(), nullable=False),
    sa.Column('seen_at', columns.UtcDateTime(), nullable=False),
    sa.Column('expires_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('hash')
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_session_person'), ['person'], unique=False)

    op.create_table('silence',
    sa.Column('conversation', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=True),
    sa.Column('link', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('conversation', 'kind', 'reason')
    )
    with op.batch_alter_table('silence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_silence_at'), ['at'], unique=False)
        batch_op.create_index('ix_silence_until', ['until'], unique=False, sqlite_where=sa.text('until IS NOT NULL'), postgresql_where=sa.text('until IS NOT NULL'))

    op.create_table('trouble',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('says', sa.String(), nullable=False),
    sa.Column('since', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('whisper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('to', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_at', columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('whisper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_whisper_alert'), ['alert'], unique=False)

    op.create_table('wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('case', 'person', name='uq_wording')
    )
    op.create_table('wording_vote',
    sa.Column('case', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('wording', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('case', 'person')
    )
