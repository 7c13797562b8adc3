// The handset's own words, and the texts that it keeps ready.

export const WORDS = {
  en: {
    menu: 'Menu', inbox: 'Inbox', write: 'Write', read: 'Read', open: 'Open', back: 'Back', reply: 'Reply', ready: 'Ready texts', readyKey: 'Ready',
    sent: 'Sent', send: 'Send', clear: 'Clear', options: 'Options', select: 'Select', edit: 'Edit', insert: 'Insert', ok: 'OK', to: 'To',
    change: 'Change number', symbol: 'Symbol', clearAll: 'Clear text', erase: 'Erase', newMessage: 'new message', newMessages: 'new messages',
    noMessages: 'No messages', nothingSent: 'Nothing sent yet', sending: 'Sending…', wasSent: 'Message sent', waiting: 'Waiting: no system is bound to the network.',
    notSent: 'Message not sent', emptyText: 'The message is empty.', from: 'From', queued: 'waiting', delivered: 'delivered', failed: 'failed', expired: 'expired',
    parts: 'parts', noCalls: 'No calls here: dial *500# or write a message.', services: 'Services',
    call: 'Call', cancel: 'Cancel', ussdWait: 'Please wait…', ussdPushed: 'Network', ussdFailed: 'Not dialled', ussdNoAnswer: 'The service did not answer.',
    ussdTimeout: 'The session has timed out.', ussdRefused: 'The service is not available.', ussdDropped: 'The connection was lost.',
    number: 'Number', noNetwork: 'No network', remove: 'Remove', really: 'Remove? Press again', full: 'Number',
  },
  zh: {
    menu: '菜单', inbox: '收件箱', write: '写信息', read: '阅读', open: '打开', back: '返回', reply: '回复', ready: '常用短语', readyKey: '短语',
    sent: '已发信息', send: '发送', clear: '清除', options: '选项', select: '选择', edit: '编辑', insert: '插入', ok: '确定', to: '收件人',
    change: '更改号码', symbol: '符号', clearAll: '清空', erase: '删除', newMessage: '条新信息', newMessages: '条新信息',
    noMessages: '没有信息', nothingSent: '还没有发送过信息', sending: '正在发送…', wasSent: '信息已发送', waiting: '等待中:没有系统连接到网络。',
    notSent: '信息未发送', emptyText: '信息内容为空。', from: '发件人', queued: '等待', delivered: '已送达', failed: '失败', expired: '已过期',
    parts: '条', noCalls: '此网络不支持通话:请拨*500#或写信息。', services: '服务',
    call: '拨号', cancel: '取消', ussdWait: '请稍候…', ussdPushed: '网络', ussdFailed: '未能拨号', ussdNoAnswer: '服务没有应答。',
    ussdTimeout: '会话已超时。', ussdRefused: '服务暂不可用。', ussdDropped: '连接已中断。',
    number: '号码', noNetwork: '无网络', remove: '移除', really: '确定移除?', full: '号码',
  },
};

const READY = {
  en: ['PAY COFFEE', 'Y …', 'N', 'BAL', 'HIST', 'STOP', 'HELP'],
  zh: ['支付 COFFEE', 'Y …', 'N', '余额', '明细', 'TD', '帮助'],
};

// "Y …" becomes the reply code of the newest message that asks for one; without one it is to be completed by hand.
export function readyTexts(language, messages) {
  const asked = messages.filter(message => message.direction === 'in').slice(-3).reverse()
    .map(message => /(?:^|[^A-Za-z])Y ?(\d{4,6})(?!\d)/.exec(message.text)).find(found => found);
  return READY[language].map(text => text !== 'Y …' ? { text } : asked ? { text: `Y ${asked[1]}` } : { text: 'Y ', shown: 'Y …', incomplete: true });
}
